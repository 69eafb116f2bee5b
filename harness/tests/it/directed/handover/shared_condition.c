#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int done;
};

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct shared *shared = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t of_mutex;
    pthread_mutexattr_init(&of_mutex);
    pthread_mutexattr_setpshared(&of_mutex, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&shared->mutex, &of_mutex);
    pthread_condattr_t of_condition;
    pthread_condattr_init(&of_condition);
    pthread_condattr_setpshared(&of_condition, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&shared->changed, &of_condition);
    if (fork() == 0) {
        puts("first: works");
        pthread_mutex_lock(&shared->mutex);
        shared->done = 1;
        pthread_cond_signal(&shared->changed);
        pthread_mutex_unlock(&shared->mutex);
        exit(0);
    }
    pthread_mutex_lock(&shared->mutex);
    while (!shared->done) pthread_cond_wait(&shared->changed, &shared->mutex);
    pthread_mutex_unlock(&shared->mutex);
    puts("second: goes on");
    wait(NULL);
}
