#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *sing(void *unused) {
    for (int i = 0; i < 3; i++) {
        printf("正在唱歌...%d\n", i);
        sleep(1);
    }
    return unused;
}

static void *dance(void *unused) {
    for (int i = 0; i < 3; i++) {
        printf("正在跳舞...%d\n", i);
        sleep(1);
    }
    return unused;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); // Who prints a line writes it.
    pthread_t singer, dancer;
    pthread_create(&singer, NULL, sing, NULL);
    pthread_create(&dancer, NULL, dance, NULL);
    pthread_join(singer, NULL);
    pthread_join(dancer, NULL);
}
