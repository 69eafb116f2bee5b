// A seat is taken only if there are still as many free as there were.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int seats = 1;

static void *book(void *unused) {
    int seen = atomic_load(&seats);
    while (seen > 0 && !atomic_compare_exchange_weak(&seats, &seen, seen - 1))
        ;
    return unused;
}

int main(void) {
    pthread_t one, other;
    pthread_create(&one, NULL, book, NULL);
    pthread_create(&other, NULL, book, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    printf("free: %d\n", seats);
}
