#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t called;

static void call(int signal) { called = signal; }

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGUSR1, call);
    pid_t child = fork();
    if (child == 0) {
        puts("first: works");
        for (;;) {   // a signal that comes just before the pause does not end it: the next one does
            kill(getppid(), SIGUSR1);
            usleep(1000);
        }
    }
    while (!called) pause();
    puts("second: goes on");
    kill(child, SIGKILL);
    wait(NULL);
}
