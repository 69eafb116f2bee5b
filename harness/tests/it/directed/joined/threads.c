#include <pthread.h>
#include <stdio.h>

static void *say(void *name) {
    for (int i = 1; i <= 3; i++) printf("%s %d\n", (char *)name, i);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char *names[] = {"a", "b"};
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, say, names[i]);
        pthread_join(thread, NULL);
    }
}
