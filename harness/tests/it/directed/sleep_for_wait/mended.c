#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (fork() == 0) {
        puts("worker: works");
        usleep(50000);
        puts("worker: done");
        exit(0);
    }
    wait(NULL);
    puts("main: goes on");
}
