#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];

static void *work(void *unused) {
    puts("first: works");
    write(ends[1], "x", 1);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char byte;
    pipe(ends);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    read(ends[0], &byte, 1);
    puts("second: goes on");
    pthread_join(thread, NULL);
}
