// Whoever counts holds a lock, but each a lock of its own.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t in = PTHREAD_MUTEX_INITIALIZER, out = PTHREAD_MUTEX_INITIALIZER;
static int parked = 10;

static void *arrive(void *unused) {
    pthread_mutex_lock(&in);
    parked = parked + 1;
    pthread_mutex_unlock(&in);
    return unused;
}

static void *leave(void *unused) {
    pthread_mutex_lock(&out);
    parked = parked - 1;
    pthread_mutex_unlock(&out);
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
