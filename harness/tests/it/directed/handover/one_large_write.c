#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char block[1 << 20];

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    size_t got = 0;
    pipe(ends);
    if (fork() == 0) {
        close(ends[0]);
        write(ends[1], block, sizeof block);   // one call that ends when most has been read
        puts("second: goes on");
        exit(0);
    }
    close(ends[1]);
    while (got < sizeof block / 2) {
        got += read(ends[0], block, 10000);
        usleep(1000);
    }
    puts("first: works");
    while (read(ends[0], block, sizeof block) > 0);
    wait(NULL);
}
