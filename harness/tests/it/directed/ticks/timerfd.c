#include <stdint.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static struct timespec begin;

static void begins(void) { clock_gettime(CLOCK_MONOTONIC, &begin); }

static long ms(void) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    return ((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec) / 1000000;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint64_t times;
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    begins();
    for (int i = 1; i <= 3; i++) {
        timerfd_settime(timer, 0, &(struct itimerspec){{0, 0}, {0, 50000000}}, NULL);
        read(timer, &times, sizeof times);
        printf("main: tick %d\n", i);
    }
    printf("main: took %ld ms\n", ms());
}
