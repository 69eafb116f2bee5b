#include <pthread.h>
#include <stdio.h>

static void *work(void *unused) {
    puts("first: works");
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    puts("second: goes on");
}
