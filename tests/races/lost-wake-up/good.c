// Dinner can't become ready between looking for it and waiting for it: the lock is held.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static int is_ready;

static void *eat(void *unused) {
    pthread_mutex_lock(&lock);
    while (!is_ready)
        pthread_cond_wait(&bell, &lock);
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t eater;
    pthread_create(&eater, NULL, eat, NULL);
    pthread_mutex_lock(&lock);
    is_ready = 1;
    pthread_mutex_unlock(&lock);
    pthread_cond_signal(&bell);
    pthread_join(eater, NULL);
    puts("eaten");
}
