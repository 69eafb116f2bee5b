#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *task(void *count) {
    for (int i = 0; i < *(int *)count; i++) {
        puts("任务执行中..");
        usleep(200000);
    }
    puts("任务执行完成");
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); // Who prints a line writes it.
    int count = 5;
    pthread_t thread;
    pthread_create(&thread, NULL, task, &count);
    pthread_join(thread, NULL);
}
