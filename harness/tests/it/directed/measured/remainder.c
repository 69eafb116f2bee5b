#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

static void call(int signal) { (void)signal; }

static long in_ms(struct timespec time) { return time.tv_sec * 1000 + time.tv_nsec / 1000000; }

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGALRM, call);
    struct timespec monotonic[2], real[2], all = {0, 500000000}, rest = {0, 0};
    clock_gettime(CLOCK_REALTIME, &real[0]);
    clock_gettime(CLOCK_MONOTONIC, &monotonic[0]);
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 200000}}, NULL);
    nanosleep(&all, &rest);   // a signal ends it after 200 ms, and it says what is left
    clock_gettime(CLOCK_MONOTONIC, &monotonic[1]);
    clock_gettime(CLOCK_REALTIME, &real[1]);
    printf("main: %ld ms\n", in_ms(monotonic[1]) - in_ms(monotonic[0]) + 1);
    printf("main: %ld ms\n", in_ms(real[1]) - in_ms(real[0]) + 1);
    printf("main: %ld ms\n", in_ms(all) - in_ms(rest));
}
