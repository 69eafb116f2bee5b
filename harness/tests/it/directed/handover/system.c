#include <stdio.h>
#include <stdlib.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (system("echo 'first: works'") == 0) puts("second: goes on");
}
