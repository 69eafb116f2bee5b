#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void reap(int signal) {
    (void)signal;
    while (wait4(-1, NULL, WNOHANG, NULL) > 0) ended++;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigset_t before, chld;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_BLOCK, &chld, &before);
    signal(SIGCHLD, reap);
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            if (i == 0) puts("first: works");
            exit(0);
        }
    }
    while (ended < 2) sigsuspend(&before);
    puts("second: goes on");
}
