/* So many threads print so many lines each; one after the other where there is a third argument. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int lines;

static void *print(void *name) {
    for (int line = 1; line <= lines; line++) {
        printf("%c %d\n", *(char *)name, line);
        fflush(stdout);
    }
    return NULL;
}

int main(int count, char **words) {
    int threads = atoi(words[1]);
    char names[26];
    pthread_t ids[26];
    lines = atoi(words[2]);
    for (int thread = 0; thread < threads; thread++) {
        names[thread] = (char)('a' + thread);
        pthread_create(&ids[thread], NULL, print, &names[thread]);
        if (count > 3)
            pthread_join(ids[thread], NULL);
    }
    for (int thread = 0; thread < threads && count <= 3; thread++)
        pthread_join(ids[thread], NULL);
    return 0;
}
