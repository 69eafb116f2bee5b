#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGCHLD, SIG_IGN);   // nobody needs to wait for the worker
    if (fork() == 0) {
        puts("worker: works");
        usleep(50000);
        puts("worker: done");
        exit(0);
    }
    usleep(300000);   // the worker is surely done by now
    puts("main: goes on");
}
