#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct sembuf down = {0, -1, SEM_UNDO}, up = {0, 1, SEM_UNDO};
    int semaphore = semget(IPC_PRIVATE, 1, 0600);
    semctl(semaphore, 0, SETVAL, 1);
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            semop(semaphore, &down, 1);
            printf("%c: takes\n", "ab"[i]);
            printf("%c: gives back\n", "ab"[i]);
            semop(semaphore, &up, 1);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
    semctl(semaphore, 0, IPC_RMID);
}
