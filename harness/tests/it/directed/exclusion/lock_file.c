#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char folder[] = "/tmp/lock-XXXXXX", name[40];
    snprintf(name, sizeof name, "%s/lock", mkdtemp(folder));
    for (int i = 0; i < 2; i++) {
        if (fork() == 0) {
            while (open(name, O_CREAT | O_EXCL, 0600) < 0) usleep(1000);
            printf("%c: takes\n", "ab"[i]);
            printf("%c: gives back\n", "ab"[i]);
            unlink(name);
            exit(0);
        }
    }
    while (wait(NULL) > 0);
    rmdir(folder);
}
