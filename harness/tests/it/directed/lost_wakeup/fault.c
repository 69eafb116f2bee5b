#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;

static void *ring(void *unused) {
    puts("ringer: rings");
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&bell);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t ringer;
    pthread_create(&ringer, NULL, ring, NULL);
    pthread_mutex_lock(&mutex);
    pthread_cond_wait(&bell, &mutex);
    pthread_mutex_unlock(&mutex);
    puts("main: wakes up");
    pthread_join(ringer, NULL);
}
