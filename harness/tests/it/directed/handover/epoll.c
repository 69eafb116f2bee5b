#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int ends[2];
    pipe(ends);
    if (fork() == 0) {
        puts("first: works");
        write(ends[1], "x", 1);
        exit(0);
    }
    struct epoll_event event = {.events = EPOLLIN};
    int epoll = epoll_create1(0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
    if (epoll_wait(epoll, &event, 1, -1) == 1) puts("second: goes on");
    wait(NULL);
}
