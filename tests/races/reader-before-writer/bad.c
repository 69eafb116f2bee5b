// The writer was started first, so it will have written.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int page;

static void *write_page(void *unused) {
    page = 7;
    return unused;
}

static void *read_page(void *seen) {
    *(int *)seen = page;
    return NULL;
}

int main(void) {
    int seen;
    pthread_t writer, reader;
    pthread_create(&writer, NULL, write_page, NULL);
    pthread_create(&reader, NULL, read_page, &seen);
    pthread_join(writer, NULL);
    pthread_join(reader, NULL);
    printf("read: page %d\n", seen);
}
