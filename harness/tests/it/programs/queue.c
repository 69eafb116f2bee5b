/* Two threads take six tasks, each whatever is next. No two of their lines are alike. */
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const char *const tasks[] = {"cups washed\n", "plants have water\n", "bread\n",
                                    "a letter to Ann\n", "all windows are open\n", "no milk left at home\n"};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t next = 0;

static void *work(void *unused) {
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        size_t task = next++;
        pthread_mutex_unlock(&lock);
        if (task >= sizeof tasks / sizeof *tasks)
            return NULL;
        if (write(1, tasks[task], strlen(tasks[task])) < 0)
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
