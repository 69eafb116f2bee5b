// PROCESSES processes of THREADS threads each write LINES lines each, while a timer that restarts no call interrupts them
// all the time. Each line says who wrote it, as the kernel names them, and the how-manieth of its writer's it is.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int lines;
static volatile sig_atomic_t heard;

static void hear(int signal) {
    (void)signal;
    heard = 1;
}

static void *writes(void *none) {
    char line[64];
    for (int i = 0; i < lines; i++) {
        int length = snprintf(line, sizeof line, "pid %d tid %ld line %d\n", getpid(), syscall(SYS_gettid), i);
        // A call that was interrupted has written nothing.
        while (write(1, line, length) < 0) {
            if (errno != EINTR) abort();
        }
    }
    return none;
}

static void process(int threads) {
    struct sigaction action = {.sa_handler = hear};
    struct itimerval often = {{0, 1000}, {0, 1000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    pthread_t others[threads];
    for (int i = 1; i < threads; i++) {
        if (pthread_create(&others[i], NULL, writes, NULL)) abort();
    }
    writes(NULL);
    for (int i = 1; i < threads; i++) pthread_join(others[i], NULL);
    // A storm of which nobody heard was none.
    if (!heard) abort();
}

int main(int count, char **words) {
    if (count != 4) return 2;
    int processes = atoi(words[1]), threads = atoi(words[2]), status, failed = 0;
    lines = atoi(words[3]);
    for (int i = 1; i < processes; i++) {
        if (fork() == 0) {
            process(threads);
            _exit(0);
        }
    }
    process(threads);
    for (pid_t ended; (ended = wait(&status)) > 0 || errno == EINTR;) {
        if (ended > 0 && status != 0) failed = 1;
    }
    return failed;
}
