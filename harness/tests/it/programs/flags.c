// What b says shows where a was held: before its line, after it, or at neither. No lock of a stream is held meanwhile.
#include <pthread.h>
#include <stdio.h>

static volatile int before, after;

static void *a(void *unused) {
    before = 1;
    dprintf(1, "a\n");
    after = 1;
    return unused;
}

static void *b(void *unused) {
    dprintf(1, "b: %d %d\n", before, after);
    return unused;
}

int main(void) {
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, a, NULL);
    pthread_create(&threads[1], NULL, b, NULL);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
}
