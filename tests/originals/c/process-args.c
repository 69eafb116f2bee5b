#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
    void (*task)(int count);
    int count;
};

static void task(int count) {
    for (int i = 0; i < count; i++) {
        puts("任务执行中..");
        usleep(200000);
    }
    puts("任务执行完成");
}

static void start(struct process process) {
    if (fork() == 0) {
        process.task(process.count);
        fflush(stdout);
        _exit(0);
    }
}

int main(void) {
    struct process five = {task, 5}; // Never started.
    struct process three = {.task = task, .count = 3};
    (void)five;
    start(three);
    wait(NULL);
}
