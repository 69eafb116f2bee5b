#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint64_t value;
    int event = eventfd(0, 0);
    if (fork() == 0) {
        puts("first: works");
        value = 1;
        write(event, &value, sizeof value);
        exit(0);
    }
    read(event, &value, sizeof value);
    puts("second: goes on");
    wait(NULL);
}
