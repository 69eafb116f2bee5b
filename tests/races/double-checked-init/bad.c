// Who finds it set takes no lock. It is said to be set before it is.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int is_set, price;

static void *ask(void *answer) {
    if (!is_set) {
        pthread_mutex_lock(&lock);
        if (!is_set) {
            is_set = 1;
            price = 42;
        }
        pthread_mutex_unlock(&lock);
    }
    *(int *)answer = price;
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    int answers[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, ask, &answers[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("price: %d\nprice: %d\n", answers[0], answers[1]);
}
