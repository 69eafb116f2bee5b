// Whoever counts holds the same lock.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int parked = 10;

static void *arrive(void *unused) {
    pthread_mutex_lock(&lock);
    parked = parked + 1;
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *leave(void *unused) {
    pthread_mutex_lock(&lock);
    parked = parked - 1;
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t arriving, leaving;
    pthread_create(&arriving, NULL, arrive, NULL);
    pthread_create(&leaving, NULL, leave, NULL);
    pthread_join(arriving, NULL);
    pthread_join(leaving, NULL);
    printf("parked: %d\n", parked);
}
