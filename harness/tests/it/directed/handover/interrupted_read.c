#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t called;

static void call(int signal) { called = signal; }

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    char byte;
    struct sigaction action = {.sa_handler = call};   // without SA_RESTART
    sigaction(SIGUSR1, &action, NULL);
    pipe(ends);
    pid_t child = fork();
    if (child == 0) {
        puts("first: works");
        for (;;) {
            kill(getppid(), SIGUSR1);
            usleep(1000);
        }
    }
    // Nobody writes: what ends the read is the signal.
    if (read(ends[0], &byte, 1) < 0 && errno == EINTR && called) puts("second: goes on");
    kill(child, SIGKILL);
    wait(NULL);
}
