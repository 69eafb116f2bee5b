#include <pthread.h>
#include <stdio.h>

static void *say(void *name) {
    for (int i = 1; i <= 2; i++) printf("%s %d\n", (char *)name, i);
    return NULL;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char *names[] = {"a", "b", "c"};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, say, names[i]);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}
