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
    timer_t timer;
    int signal;
    sigset_t usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    begins();
    timer_settime(timer, 0, &(struct itimerspec){{0, 50000000}, {0, 50000000}}, NULL);
    for (int i = 1; i <= 3; i++) {
        sigwait(&usr1, &signal);
        printf("main: tick %d\n", i);
    }
    printf("main: took %ld ms\n", ms());
}
