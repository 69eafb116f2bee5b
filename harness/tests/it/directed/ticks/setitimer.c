#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

static struct timespec begin;

static void begins(void) { clock_gettime(CLOCK_MONOTONIC, &begin); }

static long ms(void) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    return ((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec) / 1000000;
}

static void nothing(int signal) { (void)signal; }

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigset_t before, alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarms, &before);
    signal(SIGALRM, nothing);
    begins();
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 50000}, {0, 50000}}, NULL);
    for (int i = 1; i <= 3; i++) {
        sigsuspend(&before);
        printf("main: tick %d\n", i);
    }
    printf("main: took %ld ms\n", ms());
}
