// Nobody reads the number of tickets sold while another clerk is about to write it.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sold;

static void *sell(void *unused) {
    pthread_mutex_lock(&lock);
    int before = sold;
    sold = before + 1;
    pthread_mutex_unlock(&lock);
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
