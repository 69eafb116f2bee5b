#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char name[] = "/tmp/lockf-XXXXXX";
    int file = mkstemp(name);
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            lockf(file, F_LOCK, 0);
            printf("%c: takes\n", "ab"[i]);
            printf("%c: gives back\n", "ab"[i]);
            lockf(file, F_ULOCK, 0);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
    unlink(name);
}
