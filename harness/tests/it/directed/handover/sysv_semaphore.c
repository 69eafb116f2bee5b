#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct sembuf up = {0, 1, 0}, down = {0, -1, 0};
    int semaphore = semget(IPC_PRIVATE, 1, 0600);
    if (fork() == 0) {
        puts("first: works");
        semop(semaphore, &up, 1);
        exit(0);
    }
    semop(semaphore, &down, 1);
    puts("second: goes on");
    wait(NULL);
    semctl(semaphore, 0, IPC_RMID);
}
