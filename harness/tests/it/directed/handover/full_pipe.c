#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char block[65536];

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    size_t got = 0;
    pipe(ends);
    if (fork() == 0) {
        close(ends[0]);
        for (int i = 0; i < 16; i++) write(ends[1], block, sizeof block);
        puts("second: goes on");   // a pipe holds 64 KiB: most of the 1 MiB has been read
        exit(0);
    }
    close(ends[1]);
    while (got < 512 * 1024) {
        got += read(ends[0], block, sizeof block);
        usleep(1000);
    }
    puts("first: works");
    while (read(ends[0], block, sizeof block) > 0);
    wait(NULL);
}
