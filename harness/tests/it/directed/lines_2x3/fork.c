#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char *names[] = {"a", "b"};
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            for (int line = 1; line <= 3; line++) printf("%s %d\n", names[i], line);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
}
