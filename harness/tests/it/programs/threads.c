// Threads and a child; each line says which process and thread wrote it, as the kernel names them.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void *says(void *who) {
    for (int i = 0; i < 5; i++) printf("%s: pid %d tid %ld\n", (char *)who, getpid(), syscall(SYS_gettid));
    return NULL;
}

int main(void) {
    pthread_t threads[3];
    setvbuf(stdout, NULL, _IOLBF, 0);
    says("main");
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, says, "thread");
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    if (fork() == 0) {
        says("child");
        _exit(0);
    }
    wait(NULL);
}
