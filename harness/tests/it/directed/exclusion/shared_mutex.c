#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_mutex_t *mutex = mmap(NULL, sizeof(pthread_mutex_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t shared;
    pthread_mutexattr_init(&shared);
    pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(mutex, &shared);
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            pthread_mutex_lock(mutex);
            printf("%c: takes\n", "ab"[i]);
            printf("%c: gives back\n", "ab"[i]);
            pthread_mutex_unlock(mutex);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
}
