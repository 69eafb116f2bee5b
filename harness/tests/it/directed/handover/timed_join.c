#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static void *work(void *unused) {
    puts("first: works");
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    struct timespec moment;
    do {   // waits again after each time-out
        clock_gettime(CLOCK_REALTIME, &moment);
        moment.tv_sec++;
    } while (pthread_timedjoin_np(thread, NULL, &moment) != 0);
    puts("second: goes on");
}
