#include <stdio.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct { long type; char text[8]; } message = {1, "done"};
    int queue = msgget(IPC_PRIVATE, 0600);
    if (fork() == 0) {
        puts("first: works");
        msgsnd(queue, &message, sizeof message.text, 0);
        exit(0);
    }
    msgrcv(queue, &message, sizeof message.text, 1, 0);
    puts("second: goes on");
    wait(NULL);
    msgctl(queue, IPC_RMID, NULL);
}
