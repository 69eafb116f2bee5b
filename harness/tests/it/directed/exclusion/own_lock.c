#include <pthread.h>
#include <stdio.h>

static void *use(void *name) {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;   // each has its own
    pthread_mutex_lock(&mutex);
    printf("%s: takes\n", (char *)name);
    printf("%s: gives back\n", (char *)name);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, use, "a");
    pthread_create(&threads[1], NULL, use, "b");
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
}
