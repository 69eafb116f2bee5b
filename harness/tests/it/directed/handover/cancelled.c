#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

static sem_t started;

static void *work(void *unused) {
    puts("first: works");
    sem_post(&started);
    for (;;) pause();
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    void *end;
    sem_init(&started, 0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    sem_wait(&started);
    pthread_cancel(thread);
    pthread_join(thread, &end);
    if (end == PTHREAD_CANCELED) puts("second: goes on");
}
