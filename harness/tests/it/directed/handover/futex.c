#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int done;

static void *work(void *unused) {
    puts("first: works");
    done = 1;
    syscall(SYS_futex, &done, FUTEX_WAKE, 1, NULL, NULL, 0);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    while (!done) syscall(SYS_futex, &done, FUTEX_WAIT, 0, NULL, NULL, 0);
    puts("second: goes on");
    pthread_join(thread, NULL);
}
