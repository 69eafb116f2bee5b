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
    struct sigaction action = {.sa_handler = call, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    pipe(ends);
    if (fork() == 0) {
        for (int i = 0; i < 3; i++) {
            kill(getppid(), SIGUSR1);
            usleep(1000);
        }
        puts("first: works");
        write(ends[1], "x", 1);
        exit(0);
    }
    // Signals come meanwhile, but the read goes on until there is something to be read.
    if (read(ends[0], &byte, 1) == 1 && called) puts("second: goes on");
    wait(NULL);
}
