#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void dance(void) {
    printf("dance: %d\n", getpid());
    printf("dance: <Process(myprocess1, started)>\n");
    for (int i = 0; i < 5; i++) {
        printf("跳舞中...\n");
        usleep(200000);
        kill(getpid(), SIGKILL);
    }
}

static void sing(void) {
    printf("sing: %d\n", getpid());
    printf("sing: <Process(Process-2, started)>\n");
    for (int i = 0; i < 5; i++) {
        printf("唱歌中...\n");
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
    printf("main: %d\n", getpid());
    printf("main: <_MainProcess(MainProcess, started)>\n");
    start(dance);
    start(sing);
    while (wait(NULL) > 0) {
    }
}
