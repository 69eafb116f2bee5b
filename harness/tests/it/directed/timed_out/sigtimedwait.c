#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

static struct timespec begin;

static void begins(void) { clock_gettime(CLOCK_MONOTONIC, &begin); }

static long ms(void) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    return ((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec) / 1000000;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigset_t usr1;
    struct timespec moment = {0, 100000000};
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    begins();
    if (sigtimedwait(&usr1, NULL, &moment) < 0 && errno == EAGAIN) printf("main: nobody came for %ld ms\n", ms());
}
