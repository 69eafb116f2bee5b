#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2], status;
    char byte;
    pipe(ends);
    pid_t child = fork();
    if (child == 0) {
        puts("first: works");
        write(ends[1], "x", 1);
        for (;;) pause();
    }
    read(ends[0], &byte, 1);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) puts("second: goes on");
}
