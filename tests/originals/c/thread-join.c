#include <pthread.h>
#include <stdio.h>

static volatile int counter = 0;

static void *sum(void *name) {
    for (int i = 0; i < 1000000; i++) {
        counter = counter + 1;
    }
    printf("%s: %d\n", (const char *)name, counter);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); // Who prints a line writes it.
    pthread_t first, second;
    pthread_create(&first, NULL, sum, "sum1");
    pthread_join(first, NULL);
    pthread_create(&second, NULL, sum, "sum2");
    pthread_join(second, NULL);
}
