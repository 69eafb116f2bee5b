#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_barrier_t *barrier = mmap(NULL, sizeof(pthread_barrier_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_barrierattr_t shared;
    pthread_barrierattr_init(&shared);
    pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(barrier, &shared, 3);
    for (int i = 0; i < 3; i++) {
        if (fork() == 0) {
            printf("%c: arrives\n", "abc"[i]);
            pthread_barrier_wait(barrier);
            printf("%c: leaves\n", "abc"[i]);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
}
