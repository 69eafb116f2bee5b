// Each looks whether a seat is free, and then takes it. To take one is atomic; to look and take is not.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int seats = 1;

static void *book(void *unused) {
    if (atomic_load(&seats) > 0)
        atomic_fetch_sub(&seats, 1);
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
