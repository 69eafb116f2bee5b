#include <pthread.h>
#include <stdio.h>

static const char *state(pthread_mutex_t *lock) {
    if (pthread_mutex_trylock(lock) == 0) {
        pthread_mutex_unlock(lock);
        return "anyone may acquire it";
    }
    return "nobody else can acquire it";
}

int main(void) {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    printf("created: %s\n", state(&lock));

    pthread_mutex_lock(&lock);
    // Here one thread at a time may run.
    printf("acquired: %s\n", state(&lock));

    pthread_mutex_unlock(&lock);
    printf("released: %s\n", state(&lock));
}
