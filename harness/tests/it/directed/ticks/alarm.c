#include <signal.h>
#include <stdio.h>
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
    sigset_t alarms;
    int signal;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarms, NULL);
    begins();
    for (int i = 1; i <= 3; i++) {
        alarm(1);
        sigwait(&alarms, &signal);
        printf("main: tick %d\n", i);
    }
    printf("main: took %ld ms\n", ms());
}
