#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char name[40], text[8];
    struct mq_attr few = {.mq_maxmsg = 1, .mq_msgsize = sizeof text};
    snprintf(name, sizeof name, "/handover-%d", getpid());
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0600, &few);
    mq_unlink(name);
    if (fork() == 0) {
        puts("first: works");
        mq_send(queue, "done", 5, 0);
        exit(0);
    }
    if (mq_receive(queue, text, sizeof text, NULL) == 5) puts("second: goes on");
    wait(NULL);
}
