#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int done;

static void *work(void *unused) {
    puts("first: works");
    done = 1;
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    while (!done);   // only the end of its turn can help
    puts("second: goes on");
    pthread_join(thread, NULL);
}
