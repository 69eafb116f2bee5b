#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    char folder[] = "/tmp/fifo-XXXXXX", name[40];
    snprintf(name, sizeof name, "%s/fifo", mkdtemp(folder));
    mkfifo(name, 0600);
    if (fork() == 0) {
        puts("first: works");
        open(name, O_WRONLY);
        exit(0);
    }
    open(name, O_RDONLY);   // waits until somebody opens the other end
    puts("second: goes on");
    wait(NULL);
    unlink(name);
    rmdir(folder);
}
