#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    char byte;
    pipe(ends);
    if (fork() == 0) {
        puts("first: works");
        write(ends[1], "x", 1);
        exit(0);
    }
    read(ends[0], &byte, 1);
    puts("second: goes on");
    wait(NULL);
}
