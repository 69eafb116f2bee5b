/* Two threads take six tasks, each whatever is next. */
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char next = 'a';

static void *work(void *unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        char task = next++;
        pthread_mutex_unlock(&lock);
        if (task > 'f')
            return NULL;
        char line[] = {'d', 'i', 'd', ' ', task, '\n'};
        if (write(1, line, sizeof line) < 0)
            return NULL;
    }
}

int main(void) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
