#include <pthread.h>
#include <signal.h>
#include <stdio.h>

static pthread_t main_thread;

static void *work(void *unused) {
    puts("first: works");
    pthread_kill(main_thread, SIGUSR1);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigset_t usr1;
    int signal;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &usr1, NULL);
    main_thread = pthread_self();
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    sigwait(&usr1, &signal);
    puts("second: goes on");
    pthread_join(thread, NULL);
}
