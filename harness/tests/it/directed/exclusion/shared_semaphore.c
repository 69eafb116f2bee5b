#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sem_t *free_one = mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(free_one, 1, 1);
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            sem_wait(free_one);
            printf("%c: takes\n", "ab"[i]);
            printf("%c: gives back\n", "ab"[i]);
            sem_post(free_one);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
}
