#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *compete(void *name) {
    pthread_mutex_lock(&lock);
    printf("%s: gets the lock\n", (char *)name);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char *names[] = {"sing", "dance", "talk"};
    pthread_t threads[3];
    pthread_mutex_lock(&lock);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, compete, names[i]);
    puts("main: releases");
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}
