#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void nothing(int signal) { (void)signal; }

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigset_t before, usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, &before);
    signal(SIGUSR1, nothing);
    if (fork() == 0) {
        puts("first: works");
        kill(getppid(), SIGUSR1);
        exit(0);
    }
    sigsuspend(&before);   // only here may the signal come
    puts("second: goes on");
    wait(NULL);
}
