#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigset_t usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    if (fork() == 0) {
        puts("first: works");
        kill(getppid(), SIGUSR1);
        exit(0);
    }
    struct signalfd_siginfo signal;
    read(signalfd(-1, &usr1, 0), &signal, sizeof signal);
    puts("second: goes on");
    wait(NULL);
}
