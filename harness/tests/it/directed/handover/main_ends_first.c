#include <pthread.h>
#include <stdio.h>

static pthread_t main_thread;

static void *work(void *unused) {
    pthread_join(main_thread, NULL);
    puts("second: goes on");
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t thread;
    main_thread = pthread_self();
    pthread_create(&thread, NULL, work, NULL);
    puts("first: works");
    pthread_exit(NULL);   // the process lives on as long as the thread
}
