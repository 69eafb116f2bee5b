#include <stdio.h>
#include <time.h>

static long since(struct timespec begin, struct timespec end) {
    return ((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec) / 1000000;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct timespec thread[2], process[2];
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &process[0]);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &thread[0]);
    nanosleep(&(struct timespec){0, 200000000}, NULL);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &process[1]);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &thread[1]);
    printf("main: %ld ms\n", since(process[0], process[1]));
    printf("main: %ld ms\n", since(thread[0], thread[1]));
}
