#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    char token;
    pipe(ends);
    write(ends[1], "x", 1);
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            read(ends[0], &token, 1);
            printf("%c: takes\n", "ab"[i]);
            printf("%c: gives back\n", "ab"[i]);
            write(ends[1], &token, 1);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
}
