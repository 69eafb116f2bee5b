// The top tells, beside the cup, how often it has changed: tens are changes, ones the cup.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int top = 1, below[] = {0, 2, 3, 4, 0};

static int pop(void) {
    int seen = top;
    while (!atomic_compare_exchange_weak(&top, &seen, seen / 10 * 10 + 10 + below[seen % 10]))
        ;
    return seen % 10;
}

static void push(int cup) {
    int seen = top;
    do
        below[cup] = seen % 10;
    while (!atomic_compare_exchange_weak(&top, &seen, seen / 10 * 10 + 10 + cup));
}

static void *take_two(void *cups) {
    ((int *)cups)[0] = pop();
    ((int *)cups)[1] = pop();
    return NULL;
}

static void *put_one_back(void *cups) {
    take_two(cups);
    push(((int *)cups)[0]);
    return NULL;
}

int main(void) {
    int one[2], other[2];
    pthread_t taking, tidying;
    pthread_create(&taking, NULL, take_two, one);
    pthread_create(&tidying, NULL, put_one_back, other);
    pthread_join(taking, NULL);
    pthread_join(tidying, NULL);
    int twice = one[0] == other[1] || one[1] == other[1];
    printf("taken twice: %s\n", twice ? "true" : "false");
}
