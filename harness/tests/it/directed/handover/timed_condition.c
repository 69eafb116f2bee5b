#include <pthread.h>
#include <stdio.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int done;

static void *work(void *unused) {
    puts("first: works");
    pthread_mutex_lock(&mutex);
    done = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_mutex_lock(&mutex);
    while (!done) {   // looks again after each time-out
        struct timespec moment;
        clock_gettime(CLOCK_REALTIME, &moment);
        moment.tv_sec++;
        pthread_cond_timedwait(&changed, &mutex, &moment);
    }
    pthread_mutex_unlock(&mutex);
    puts("second: goes on");
    pthread_join(thread, NULL);
}
