#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pid_t child = fork();
    if (child == 0) {
        puts("first: works");
        exit(0);
    }
    wait4(child, NULL, 0, NULL);
    puts("second: goes on");
}
