#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    pipe(ends);
    if (fork() == 0) {
        puts("first: works");
        write(ends[1], "x", 1);
        exit(0);
    }
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    if (select(ends[0] + 1, &set, NULL, NULL, NULL) == 1) puts("second: goes on");
    wait(NULL);
}
