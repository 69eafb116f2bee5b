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
        close(ends[0]);
        puts("first: works");
        exit(0);   // which closes the pipe
    }
    close(ends[1]);
    while (read(ends[0], &byte, 1) > 0);
    puts("second: goes on");
    wait(NULL);
}
