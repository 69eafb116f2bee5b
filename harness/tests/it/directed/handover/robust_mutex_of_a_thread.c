#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static pthread_mutex_t mutex;
static sem_t held;

static void *work(void *unused) {
    pthread_mutex_lock(&mutex);
    sem_post(&held);
    puts("first: works");
    return unused;   // and never unlocks
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_mutexattr_t robust;
    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&mutex, &robust);
    sem_init(&held, 0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    sem_wait(&held);
    if (pthread_mutex_lock(&mutex) == EOWNERDEAD) puts("second: goes on");
    pthread_mutex_consistent(&mutex);
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
}
