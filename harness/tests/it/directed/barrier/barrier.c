#include <pthread.h>
#include <stdio.h>

static pthread_barrier_t barrier;

static void *meet(void *name) {
    printf("%s: arrives\n", (char *)name);
    pthread_barrier_wait(&barrier);
    printf("%s: leaves\n", (char *)name);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char *names[] = {"a", "b", "c"};
    pthread_t threads[3];
    pthread_barrier_init(&barrier, NULL, 3);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, meet, names[i]);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}
