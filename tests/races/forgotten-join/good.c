// Main waits until the helper has counted.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int votes;

static void *count(void *unused) {
    votes += 5;
    return unused;
}

int main(void) {
    pthread_t helper;
    pthread_create(&helper, NULL, count, NULL);
    votes += 7;
    pthread_join(helper, NULL);
    printf("votes: %d\n", votes);
}
