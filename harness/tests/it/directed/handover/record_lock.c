#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char name[] = "/tmp/record-XXXXXX";
    int file = mkstemp(name);
    struct flock lock = {.l_type = F_WRLCK};
    fcntl(file, F_SETLKW, &lock);
    if (fork() == 0) {
        fcntl(file, F_SETLKW, &lock);
        puts("second: goes on");
        exit(0);
    }
    puts("first: works");
    lock.l_type = F_UNLCK;
    fcntl(file, F_SETLKW, &lock);
    wait(NULL);
    unlink(name);
}
