#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    // What the child prints on a terminal of its own, main reads and hands on.
    int terminal;
    char line[80];
    if (forkpty(&terminal, NULL, NULL, NULL) == 0) {
        puts("ready");
        exit(0);
    }
    if (read(terminal, line, sizeof line) > 0) puts("first: works");
    while (read(terminal, line, sizeof line) > 0);
    wait(NULL);
    puts("second: goes on");
}
