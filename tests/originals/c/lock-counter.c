#include <pthread.h>
#include <stdio.h>

static int counter = 0;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *sum(void *name) {
    pthread_mutex_lock(&lock);
    for (int i = 0; i < 1000000; i++) {
        counter = counter + 1;
    }
    printf("%s: %d\n", (const char *)name, counter);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); // Who prints a line writes it.
    pthread_t first, second;
    pthread_create(&first, NULL, sum, "sum1");
    pthread_create(&second, NULL, sum, "sum2");
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}
