#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    // An abstract name, which needs no file: it begins with a NUL byte.
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "handover-%d", getpid());
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(server, (struct sockaddr *)&address, sizeof address);
    listen(server, 1);
    if (fork() == 0) {
        int client = socket(AF_UNIX, SOCK_STREAM, 0);
        puts("first: works");
        connect(client, (struct sockaddr *)&address, sizeof address);
        exit(0);
    }
    if (accept(server, NULL, NULL) >= 0) puts("second: goes on");
    wait(NULL);
}
