#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char name[] = "/tmp/record-XXXXXX", byte;
    int ends[2], file = mkstemp(name);
    struct flock lock = {.l_type = F_WRLCK};
    pipe(ends);
    if (fork() == 0) {
        fcntl(file, F_SETLKW, &lock);
        write(ends[1], "x", 1);
        puts("first: works");
        exit(0);   // and never unlocks: the kernel does
    }
    read(ends[0], &byte, 1);   // now the child holds it
    fcntl(file, F_SETLKW, &lock);
    puts("second: goes on");
    wait(NULL);
    unlink(name);
}
