#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

struct arguments {
    int count;
};

static void *task(void *arguments) {
    const struct arguments *with = arguments;
    for (int i = 0; i < with->count; i++) {
        puts("任务执行中..");
        usleep(200000);
    }
    puts("任务执行完成");
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); // Who prints a line writes it.
    struct arguments arguments = {.count = 3};
    pthread_t thread;
    pthread_create(&thread, NULL, task, &arguments);
    pthread_join(thread, NULL);
}
