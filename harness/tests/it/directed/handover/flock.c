#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char name[] = "/tmp/flock-XXXXXX";
    int file = mkstemp(name);
    flock(file, LOCK_EX);
    if (fork() == 0) {
        flock(open(name, O_RDWR), LOCK_EX);   // opened anew, so that it is another's
        puts("second: goes on");
        exit(0);
    }
    puts("first: works");
    flock(file, LOCK_UN);
    wait(NULL);
    unlink(name);
}
