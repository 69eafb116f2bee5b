/* Two threads, each a dancer or a singer that rests between its steps; with -DALONE main does what both did. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct task {
    const char *who;
    int steps;
};

static void *work(void *argument)
{
    struct task *task = argument;
    for (int step = 0; step < task->steps; step++) {
        usleep(random() % 10000);
        printf("%s: step %d\n", task->who, step);
    }
    return NULL;
}

int main(void)
{
    struct task tasks[] = {{"dance", 2}, {"sing", 3}};
    setvbuf(stdout, NULL, _IOLBF, 0);
    srandom(getpid());
    puts("main: begins");
#ifdef ALONE
    for (int i = 0; i < 2; i++)
        work(&tasks[i]);
#else
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, &tasks[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
#endif
    puts("main: ends");
    return 0;
}
