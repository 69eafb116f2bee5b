#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pid_t child = fork();
    if (child == 0) {
        puts("first: works");
        exit(3);
    }
    siginfo_t end;
    waitid(P_PID, child, &end, WEXITED | WNOWAIT);
    if (end.si_pid == child && end.si_status == 3) puts("second: goes on");
    waitpid(child, NULL, 0);
}
