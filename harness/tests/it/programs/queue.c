/* Two threads take tasks, each whatever is next: those that it is told, or six. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static char *six[] = {"a", "b", "c", "d", "e", "f", NULL};
static char **next = six;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        char *task = *next ? *next++ : NULL;
        pthread_mutex_unlock(&lock);
        if (!task)
            return NULL;
        char line[64];
        int length = snprintf(line, sizeof line, "did %s\n", task);
        if (write(1, line, (size_t)length) < 0)
            return NULL;
    }
}

int main(int argc, char **argv) {
    pthread_t threads[2];
    if (argc > 1)
        next = argv + 1;
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
