#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

static struct timespec begin;

static void begins(void) { clock_gettime(CLOCK_MONOTONIC, &begin); }

static long ms(void) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    return ((end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec) / 1000000;
}

static sem_t ticked;

static void tick(union sigval unused) {   // in a thread of the timer's own
    (void)unused;
    sem_post(&ticked);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = tick};
    sem_init(&ticked, 0, 0);
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    begins();
    timer_settime(timer, 0, &(struct itimerspec){{0, 50000000}, {0, 50000000}}, NULL);
    for (int i = 1; i <= 3; i++) {
        sem_wait(&ticked);
        printf("main: tick %d\n", i);
    }
    printf("main: took %ld ms\n", ms());
}
