#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (vfork() == 0) {
        puts("first: works");
        _exit(0);
    }
    puts("second: goes on");   // vfork returns when the child has ended
    wait(NULL);
}
