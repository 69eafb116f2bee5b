// One takes the fork first, the other one the knife.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t the_fork = PTHREAD_MUTEX_INITIALIZER, the_knife = PTHREAD_MUTEX_INITIALIZER;
static int eaten;

static void eat_with(pthread_mutex_t *first, pthread_mutex_t *second) {
    pthread_mutex_lock(first);
    pthread_mutex_lock(second);
    eaten++;
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

static void *anna(void *unused) {
    eat_with(&the_fork, &the_knife);
    return unused;
}

static void *ben(void *unused) {
    eat_with(&the_knife, &the_fork);
    return unused;
}

int main(void) {
    pthread_t one, other;
    pthread_create(&one, NULL, anna, NULL);
    pthread_create(&other, NULL, ben, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    printf("eaten: %d\n", eaten);
}
