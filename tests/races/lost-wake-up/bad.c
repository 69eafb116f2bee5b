// Dinner may become ready after it was looked for and before it is waited for: then nobody is there to be woken.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static atomic_int is_ready;

static void *eat(void *unused) {
    if (!is_ready) {
        pthread_mutex_lock(&lock);
        pthread_cond_wait(&bell, &lock);
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

int main(void) {
    pthread_t eater;
    pthread_create(&eater, NULL, eat, NULL);
    is_ready = 1;
    pthread_cond_signal(&bell);
    pthread_join(eater, NULL);
    puts("eaten");
}
