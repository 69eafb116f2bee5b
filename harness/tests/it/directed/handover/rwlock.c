#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void *look(void *unused) {
    pthread_rwlock_rdlock(&lock);
    puts("second: goes on");
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t thread;
    pthread_rwlock_wrlock(&lock);
    pthread_create(&thread, NULL, look, NULL);
    puts("first: works");
    pthread_rwlock_unlock(&lock);
    pthread_join(thread, NULL);
}
