// Two threads count to four in turns that nobody keeps: in a step, in one instruction, or under a lock.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static volatile int sum;
static const char *how;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *count(void *name)
{
    for (int i = 0; i < 4; i++) {
        if (!strcmp(how, "locked")) {
            pthread_mutex_lock(&lock);
            sum = sum + 1;
            pthread_mutex_unlock(&lock);
        } else if (!strcmp(how, "whole")) {
            __atomic_fetch_add(&sum, 1, __ATOMIC_RELAXED);
        } else {
            int seen = sum;
            sum = seen + 1;
        }
    }
    return name;
}

int main(int argc, char **argv)
{
    pthread_t one, two;
    how = argc > 1 ? argv[1] : "";
    pthread_create(&one, 0, count, "one");
    pthread_create(&two, 0, count, "two");
    pthread_join(one, 0);
    pthread_join(two, 0);
    printf("sum: %d\n", sum);
}
