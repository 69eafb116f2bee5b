#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pid_t child = fork();
    if (child == 0) {
        puts("first: works");
        exit(0);
    }
    struct pollfd end = {syscall(SYS_pidfd_open, child, 0), POLLIN, 0};
    if (poll(&end, 1, -1) == 1) puts("second: goes on");
    wait(NULL);
}
