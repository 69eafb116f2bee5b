#include <pthread.h>
#include <stdio.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int answered;

static void *answer(void *unused) {
    puts("worker: answers");
    pthread_mutex_lock(&mutex);
    answered = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pthread_t worker;
    struct timespec until;
    int is_late = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_create(&worker, NULL, answer, NULL);
    pthread_mutex_lock(&mutex);
    while (!answered && !is_late) is_late = pthread_cond_timedwait(&changed, &mutex, &until) != 0;
    puts(answered ? "main: has the answer" : "main: gives up");
    pthread_mutex_unlock(&mutex);
    pthread_join(worker, NULL);
}
