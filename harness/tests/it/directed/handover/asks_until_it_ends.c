#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (fork() == 0) {
        puts("first: works");
        exit(0);
    }
    while (waitpid(-1, NULL, WNOHANG) == 0) usleep(10000);
    puts("second: goes on");
}
