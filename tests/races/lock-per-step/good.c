// The lock is held from reading the balance until it is written.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static void *deposit(void *amount) {
    pthread_mutex_lock(&lock);
    int before = balance;
    balance = before + *(int *)amount;
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void) {
    int wages = 100, gift = 50;
    pthread_t one, other;
    pthread_create(&one, NULL, deposit, &wages);
    pthread_create(&other, NULL, deposit, &gift);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    printf("balance: %d\n", balance);
}
