// A program that attacks whoever runs it, in each way that there is. It prints how each was answered: an errno, or 0.
// With the argument `everybody` it signals whom it may, and only where it was told to: in a pid namespace of its own.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void answered(const char *what, long result) {
    dprintf(1, "main: %s: %d\n", what, result < 0 ? errno : 0);
}

static void with(int number, const char *name, pid_t harness, pid_t thread) {
    char what[64];
    siginfo_t info = {.si_signo = number, .si_code = SI_QUEUE};
    struct {
        const char *name;
        long result;
    } all[] = {
        {"kill", kill(harness, number)},
        {"tkill", syscall(SYS_tkill, thread, number)},
        {"tgkill", syscall(SYS_tgkill, harness, thread, number)},
        {"its group", kill(-getpgid(harness), number)},
        {"rt_sigqueueinfo", syscall(SYS_rt_sigqueueinfo, harness, number, &info)},
        {"rt_tgsigqueueinfo", syscall(SYS_rt_tgsigqueueinfo, harness, thread, number, &info)},
        {"pidfd_send_signal", syscall(SYS_pidfd_send_signal, syscall(SYS_pidfd_open, harness, 0), number, NULL, 0)},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        snprintf(what, sizeof what, "%s by %s", name, all[i].name);
        answered(what, all[i].result);
    }
}

// A thread of its that is not its first.
static pid_t thread_of(pid_t process) {
    char folder[64];
    snprintf(folder, sizeof folder, "/proc/%d/task", process);
    DIR *tasks = opendir(folder);
    for (struct dirent *task; (task = readdir(tasks));) {
        pid_t thread = atoi(task->d_name);
        if (thread > 0 && thread != process) return thread;
    }
    abort();
}

static void attack(pid_t harness) {
    pid_t thread = thread_of(harness);
    with(SIGKILL, "SIGKILL", harness, thread);
    with(SIGSTOP, "SIGSTOP", harness, thread);
    with(SIGTERM, "SIGTERM", harness, thread);
    answered("PTRACE_ATTACH", ptrace(PTRACE_ATTACH, harness, NULL, NULL));
    answered("PTRACE_SEIZE", ptrace(PTRACE_SEIZE, thread, NULL, NULL));
    char byte = 0;
    struct iovec here = {&byte, 1}, there = {&byte, 1};
    answered("process_vm_writev", syscall(SYS_process_vm_writev, harness, &here, 1, &there, 1, 0));
    answered("pidfd_getfd", syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, harness, 0), 0, 0));
}

// Everybody but itself, by the word of kill(2); its own child is one of them.
static void signal_everybody(void) {
    char here[64] = "";
    const char *outside = getenv("OUTSIDE");
    if (readlink("/proc/self/ns/pid", here, sizeof here - 1) < 0 || !outside || !strcmp(outside, here)) exit(99);
    int status;
    pid_t child = fork();
    if (child == 0) {
        setsid();
        for (;;) pause();
    }
    answered("SIGKILL to everybody", kill(-1, SIGKILL));
    if (waitpid(child, &status, 0) != child || status != SIGKILL) exit(1);
    dprintf(1, "main: its own child was killed\n");
}

int main(int count, char **words) {
    if (count == 2 && !strcmp(words[1], "everybody")) signal_everybody();
    else attack(getppid());
    return 0;
}
