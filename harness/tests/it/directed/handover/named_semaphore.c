#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char name[40];
    snprintf(name, sizeof name, "/handover-%d", getpid());
    sem_t *done = sem_open(name, O_CREAT, 0600, 0);
    sem_unlink(name);
    if (fork() == 0) {
        puts("first: works");
        sem_post(done);
        exit(0);
    }
    sem_wait(done);
    puts("second: goes on");
    wait(NULL);
}
