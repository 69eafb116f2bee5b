#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_mutex_t *mutex = mmap(NULL, sizeof(pthread_mutex_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t robust;
    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setpshared(&robust, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(mutex, &robust);
    int ends[2];
    char byte;
    pipe(ends);
    if (fork() == 0) {
        pthread_mutex_lock(mutex);
        write(ends[1], "x", 1);
        puts("first: works");
        exit(0);   // and never unlocks
    }
    read(ends[0], &byte, 1);   // now the child holds it
    if (pthread_mutex_lock(mutex) == EOWNERDEAD) puts("second: goes on");
    pthread_mutex_consistent(mutex);
    pthread_mutex_unlock(mutex);
    wait(NULL);
}
