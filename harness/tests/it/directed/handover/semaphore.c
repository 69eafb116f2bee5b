#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t done;

static void *work(void *unused) {
    puts("first: works");
    sem_post(&done);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sem_init(&done, 0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    sem_wait(&done);
    puts("second: goes on");
    pthread_join(thread, NULL);
}
