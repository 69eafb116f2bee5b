#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void dance(void) {
    for (int i = 0; i < 5; i++) {
        puts("跳舞中...");
        usleep(200000);
    }
}

static void sing(void) {
    for (int i = 0; i < 5; i++) {
        puts("唱歌中...");
        usleep(200000);
    }
}

static void start(void (*task)(void)) {
    if (fork() == 0) {
        task();
        fflush(stdout);
        _exit(0);
    }
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    start(dance);
    start(sing);
    while (wait(NULL) > 0) {
    }
}
