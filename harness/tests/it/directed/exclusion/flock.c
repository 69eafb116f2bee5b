#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char name[] = "/tmp/flock-XXXXXX";
    close(mkstemp(name));
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            int file = open(name, O_RDWR);
            flock(file, LOCK_EX);
            printf("%c: takes\n", "ab"[i]);
            printf("%c: gives back\n", "ab"[i]);
            flock(file, LOCK_UN);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
    unlink(name);
}
