/* Two threads take two locks, each the other's first one second. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;

static void print(const char *line) {
    puts(line);
    fflush(stdout);
}

static void *sing(void *unused) {
    pthread_mutex_lock(&left);
    print("sing has left");
    pthread_mutex_lock(&right);
    print("sing has both");
    pthread_mutex_unlock(&right);
    pthread_mutex_unlock(&left);
    return unused;
}

static void *dance(void *unused) {
    pthread_mutex_lock(&right);
    print("dance has right");
    pthread_mutex_lock(&left);
    print("dance has both");
    pthread_mutex_unlock(&left);
    pthread_mutex_unlock(&right);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, sing, NULL);
    pthread_create(&threads[1], NULL, dance, NULL);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    return 0;
}
