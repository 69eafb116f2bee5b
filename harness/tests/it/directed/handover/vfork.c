#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pid_t child = vfork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "echo 'first: works'", NULL);
        _exit(127);
    }
    waitpid(child, NULL, 0);
    puts("second: goes on");
}
