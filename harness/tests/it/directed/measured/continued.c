#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long since(struct timespec begin, struct timespec end) {
    return ((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec) / 1000000;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pid_t main_process = getpid(), child = fork();
    if (child == 0) {   // stops main in its sleep, and lets it go on
        kill(main_process, SIGSTOP);
        kill(main_process, SIGCONT);
        exit(0);
    }
    struct timespec monotonic[2], real[2];
    struct timeval day[2];
    gettimeofday(&day[0], NULL);
    clock_gettime(CLOCK_REALTIME, &real[0]);
    clock_gettime(CLOCK_MONOTONIC, &monotonic[0]);
    nanosleep(&(struct timespec){0, 200000000}, NULL);
    clock_gettime(CLOCK_MONOTONIC, &monotonic[1]);
    clock_gettime(CLOCK_REALTIME, &real[1]);
    gettimeofday(&day[1], NULL);
    printf("main: %ld ms\n", since(monotonic[0], monotonic[1]));
    printf("main: %ld ms\n", since(real[0], real[1]));
    printf("main: %ld ms\n", (day[1].tv_sec - day[0].tv_sec) * 1000 + (day[1].tv_usec - day[0].tv_usec) / 1000);
    wait(NULL);
}
