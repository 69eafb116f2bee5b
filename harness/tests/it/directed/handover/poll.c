#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
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
    struct pollfd end = {ends[0], POLLIN, 0};
    while (poll(&end, 1, 50) == 0);   // asks again after each time-out
    puts("second: goes on");
    wait(NULL);
}
