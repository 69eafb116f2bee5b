#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char block[1 << 20];

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    size_t got = 0, sent = 0;
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    if (fork() == 0) {
        close(ends[0]);
        while (sent < sizeof block) sent += send(ends[1], block + sent, sizeof block - sent, 0);
        puts("second: goes on");   // a socket holds far less than 512 KiB
        exit(0);
    }
    close(ends[1]);
    while (got < sizeof block / 2) got += recv(ends[0], block, 8192, 0);
    puts("first: works");
    while (recv(ends[0], block, sizeof block, 0) > 0);
    wait(NULL);
}
