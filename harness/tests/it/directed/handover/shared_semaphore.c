#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sem_t *done = mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(done, 1, 0);
    if (fork() == 0) {
        puts("first: works");
        sem_post(done);
        exit(0);
    }
    sem_wait(done);
    puts("second: goes on");
    wait(NULL);
}
