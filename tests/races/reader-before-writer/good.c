// The reader waits until it is told that something was written.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t written;
static int page;

static void *write_page(void *unused) {
    page = 7;
    sem_post(&written);
    return unused;
}

static void *read_page(void *seen) {
    sem_wait(&written);
    *(int *)seen = page;
    return NULL;
}

int main(void) {
    int seen;
    pthread_t writer, reader;
    sem_init(&written, 0, 0);
    pthread_create(&writer, NULL, write_page, NULL);
    pthread_create(&reader, NULL, read_page, &seen);
    pthread_join(writer, NULL);
    pthread_join(reader, NULL);
    printf("read: page %d\n", seen);
}
