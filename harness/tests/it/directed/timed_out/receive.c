#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

static struct timespec begin;

static void begins(void) { clock_gettime(CLOCK_MONOTONIC, &begin); }

static long ms(void) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    return ((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec) / 1000000;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    char byte;
    struct timeval moment = {0, 100000};
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
    begins();
    if (recv(ends[0], &byte, 1, 0) < 0 && errno == EAGAIN) printf("main: nobody came for %ld ms\n", ms());
}
