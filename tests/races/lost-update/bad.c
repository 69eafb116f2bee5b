// Each clerk reads the number of tickets sold, and writes it one higher.
#include <pthread.h>
#include <stdio.h>

static int sold;

static void *sell(void *unused) {
    int before = sold;
    sold = before + 1;
    return unused;
}

int main(void) {
    pthread_t one, other;
    pthread_create(&one, NULL, sell, NULL);
    pthread_create(&other, NULL, sell, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    printf("sold: %d\n", sold);
}
