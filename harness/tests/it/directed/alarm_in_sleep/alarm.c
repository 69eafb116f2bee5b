#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status;
    if (fork() == 0) {
        alarm(1);
        sleep(5);
        exit(0);
    }
    wait(&status);
    printf("main: %d\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? 124 : 0);
}
