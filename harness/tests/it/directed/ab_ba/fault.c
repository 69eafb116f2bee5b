#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t fork1 = PTHREAD_MUTEX_INITIALIZER, fork2 = PTHREAD_MUTEX_INITIALIZER;

static void eat(char *name, pthread_mutex_t *first, pthread_mutex_t *second) {
    pthread_mutex_lock(first);
    printf("%s: has a fork\n", name);
    pthread_mutex_lock(second);
    printf("%s: has both forks\n", name);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

static void *left(void *unused) {
    eat("left", &fork1, &fork2);
    return NULL;
}

static void *right(void *unused) {
    eat("right", &fork2, &fork1);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, left, NULL);
    puts("main: left came, right comes");
    pthread_create(&threads[1], NULL, right, NULL);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
}
