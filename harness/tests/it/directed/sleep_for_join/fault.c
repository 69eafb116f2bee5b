#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *work(void *unused) {
    puts("worker: done");
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    usleep(100000);   // the worker is surely done by now
    puts("main: goes on");
    pthread_join(worker, NULL);
}
