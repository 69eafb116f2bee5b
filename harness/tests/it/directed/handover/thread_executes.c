#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *work(void *unused) {
    puts("first: works");
    execl("/bin/sh", "sh", "-c", "echo 'second: goes on'", NULL);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);   // the program is another one before that
    puts("first: is still there");
}
