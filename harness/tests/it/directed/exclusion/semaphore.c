#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t free_one;

static void *use(void *name) {
    sem_wait(&free_one);
    printf("%s: takes\n", (char *)name);
    printf("%s: gives back\n", (char *)name);
    sem_post(&free_one);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sem_init(&free_one, 0, 1);
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, use, "a");
    pthread_create(&threads[1], NULL, use, "b");
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
}
