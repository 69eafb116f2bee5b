#include <pthread.h>
#include <stdio.h>

static pthread_spinlock_t lock;

static void *use(void *name) {
    pthread_spin_lock(&lock);
    printf("%s: takes\n", (char *)name);
    printf("%s: gives back\n", (char *)name);
    pthread_spin_unlock(&lock);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, use, "a");
    pthread_create(&threads[1], NULL, use, "b");
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
}
