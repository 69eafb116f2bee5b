#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pid_t child;
    char *words[] = {"sh", "-c", "echo 'first: works'", NULL};
    posix_spawn(&child, "/bin/sh", NULL, NULL, words, environ);
    waitpid(child, NULL, 0);
    puts("second: goes on");
}
