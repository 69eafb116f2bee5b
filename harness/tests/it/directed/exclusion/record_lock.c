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
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            fcntl(file, F_SETLKW, &lock);
            printf("%c: takes\n", "ab"[i]);
            printf("%c: gives back\n", "ab"[i]);
            lock.l_type = F_UNLCK;
            fcntl(file, F_SETLK, &lock);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
    unlink(name);
}
