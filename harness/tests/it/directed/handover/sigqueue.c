#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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
        sigqueue(getppid(), SIGUSR1, (union sigval){.sival_int = 7});
        exit(0);
    }
    siginfo_t signal;
    sigwaitinfo(&usr1, &signal);
    if (signal.si_value.sival_int == 7) puts("second: goes on");
    wait(NULL);
}
