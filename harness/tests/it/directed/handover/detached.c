#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];

static void *work(void *unused) {
    puts("first: works");
    close(ends[1]);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char byte;
    pipe(ends);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_detach(thread);
    while (read(ends[0], &byte, 1) > 0);
    puts("second: goes on");
}
