#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int status;
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        puts("second: goes on");
        exit(0);
    }
    waitpid(child, &status, WUNTRACED);
    if (WIFSTOPPED(status)) puts("first: works");
    kill(child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    while (!WIFEXITED(status)) waitpid(child, &status, 0);
}
