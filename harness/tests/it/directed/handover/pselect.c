#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

static void nothing(int signal) { (void)signal; }

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigset_t before, usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, &before);   // only while it waits may the signal come
    signal(SIGUSR1, nothing);
    if (fork() == 0) {
        puts("first: works");
        kill(getppid(), SIGUSR1);
        exit(0);
    }
    if (pselect(0, NULL, NULL, NULL, NULL, &before) < 0 && errno == EINTR) puts("second: goes on");
    wait(NULL);
}
