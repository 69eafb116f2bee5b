#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex;

static void *work(void *unused) {
    pthread_mutex_lock(&mutex);
    puts("second: goes on");
    pthread_mutex_unlock(&mutex);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t thread;
    pthread_mutexattr_t inherits;
    pthread_mutexattr_init(&inherits);
    pthread_mutexattr_setprotocol(&inherits, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&mutex, &inherits);
    pthread_mutex_lock(&mutex);
    pthread_create(&thread, NULL, work, NULL);
    puts("first: works");
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
}
