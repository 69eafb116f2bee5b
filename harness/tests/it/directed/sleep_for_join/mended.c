#include <pthread.h>
#include <stdio.h>

static void *work(void *unused) {
    puts("worker: done");
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    pthread_join(worker, NULL);
    puts("main: goes on");
}
