#include <stdio.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    FILE *child = popen("cat", "w");
    fputs("first: works\n", child);
    pclose(child);   // waits until it has ended
    puts("second: goes on");
}
