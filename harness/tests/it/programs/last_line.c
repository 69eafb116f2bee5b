/* Main prints its only line while a thread works, which ends before main does. */

#include <pthread.h>
#include <stdio.h>

static void *work(void *unused)
{
    for (volatile long i = 0; i < 20000000; i++)
        ;
    return unused;
}

int main(void)
{
    pthread_t worker;
    pthread_create(&worker, NULL, work, NULL);
    puts("main: does not wait");
    fflush(stdout);
    pthread_join(worker, NULL);
    return 0;
}
