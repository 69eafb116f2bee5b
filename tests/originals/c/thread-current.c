#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static const char *current(const char *name, char *form, size_t size) {
    snprintf(form, size, "%s, ThreadId(%d)", name, gettid());
    return form;
}

static void *sing(void *unused) {
    char form[64];
    printf("sing当前执行的线程为： %s\n", current("sing", form, sizeof form));
    for (int i = 0; i < 3; i++) {
        printf("正在唱歌...%d\n", i);
        sleep(1);
    }
    return unused;
}

static void *dance(void *unused) {
    char form[64];
    printf("dance当前执行的线程为： %s\n", current("dance", form, sizeof form));
    for (int i = 0; i < 3; i++) {
        printf("正在跳舞...%d\n", i);
        sleep(1);
    }
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); // Who prints a line writes it.
    char form[64];
    printf("当前执行的线程为： %s\n", current("main", form, sizeof form));
    pthread_t singer, dancer;
    pthread_create(&singer, NULL, sing, NULL);
    pthread_create(&dancer, NULL, dance, NULL);
    pthread_join(singer, NULL);
    pthread_join(dancer, NULL);
}
