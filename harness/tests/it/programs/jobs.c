/* Two threads that take jobs, each of which takes another time: they come in one order, and that rests on sleeps. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static const int milliseconds[] = {100, 150, 100, 100, 0, 0};
static unsigned next;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *unused)
{
    for (;;) {
        pthread_mutex_lock(&lock);
        unsigned job = next++;
        pthread_mutex_unlock(&lock);
        if (job >= sizeof milliseconds / sizeof *milliseconds)
            return unused;
        puts("begins");
        usleep(1000 * milliseconds[job]);
        puts("ends");
    }
}

int main(void)
{
    pthread_t threads[2];
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
