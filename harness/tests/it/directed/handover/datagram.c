#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    char text[8];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
    if (fork() == 0) {
        puts("first: works");
        send(ends[1], "done", 5, 0);
        exit(0);
    }
    if (recv(ends[0], text, sizeof text, 0) == 5) puts("second: goes on");
    wait(NULL);
}
