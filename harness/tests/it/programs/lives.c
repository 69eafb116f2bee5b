// Tasks that come to be and end in ways that a shell has no word for. Each line says which process and thread wrote it, as
// the kernel names them.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char *self;
extern char **environ;

static void say(const char *who) {
    dprintf(1, "%s: pid %d tid %ld\n", who, getpid(), syscall(SYS_gettid));
}

static int await(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) abort();
    }
    return status;
}

static void become(char *who) {
    execl(self, self, "say", who, NULL);
    _exit(9);
}

static void ends_as(int status, int wanted) {
    if (status != wanted) {
        dprintf(1, "main: a child ended with %x, not %x\n", status, wanted);
        exit(1);
    }
}

// Children by other calls than fork(2).

static void vforked(void) {
    pid_t child = vfork();
    if (child == 0) become("child");
    ends_as(await(child), 0);
}

static void spawned(void) {
    pid_t child;
    char *words[] = {self, "say", "child", NULL};
    if (posix_spawn(&child, self, NULL, NULL, words, environ)) abort();
    ends_as(await(child), 0);
}

static pid_t cloned(unsigned long flags) {
    return syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
}

static pid_t cloned3(unsigned long flags) {
    struct clone_args arguments = {.flags = flags, .exit_signal = SIGCHLD};
    return syscall(SYS_clone3, &arguments, sizeof arguments);
}

static void untraced(void) {
    pid_t child = cloned(CLONE_UNTRACED);
    if (child == 0) {
        say("child");
        _exit(0);
    }
    ends_as(await(child), 0);
}

static void untraced3(void) {
    pid_t child = cloned3(CLONE_UNTRACED);
    // Where this call is not to be had, programs use the older one.
    if (child < 0) child = cloned(CLONE_UNTRACED);
    if (child == 0) {
        say("child");
        _exit(0);
    }
    ends_as(await(child), 0);
}

// A child creates a child for its own parent.
static void for_parent(void) {
    pid_t child = fork();
    if (child == 0) {
        say("child");
        if (cloned(CLONE_PARENT) == 0) {
            say("grandchild");
            _exit(3);
        }
        _exit(2);
    }
    int status, first = 0, second = 0;
    for (pid_t ended; (ended = wait(&status)) > 0;) {
        if (ended == child) first = status;
        else second = status;
    }
    ends_as(first, 2 << 8);
    ends_as(second, 3 << 8);
}

// The same for whoever started the program.
static void for_starter(void) {
    int ends[2];
    if (pipe(ends)) abort();
    if (cloned(CLONE_PARENT) == 0) {
        say("child");
        _exit(3);
    }
    char none;
    close(ends[1]);
    if (read(ends[0], &none, 1)) abort();
}

// Threads.

static void *executes(void *who) {
    say("thread");
    become(who);
    return NULL;
}

static void executed_by_thread(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, executes, "main");
    for (;;) pause();
}

static void *ends_soon(void *none) {
    say("short");
    return none;
}

static pthread_barrier_t all_there;

static void *stays(void *none) {
    pthread_t inner;
    say("long");
    pthread_create(&inner, NULL, ends_soon, NULL);
    pthread_join(inner, NULL);
    pthread_barrier_wait(&all_there);
    for (;;) pause();
    return none;
}

// A thread that creates another one, which ends; itself it ends with the process.
static void threads(void) {
    pthread_t thread;
    pthread_barrier_init(&all_there, NULL, 2);
    pthread_create(&thread, NULL, stays, NULL);
    pthread_barrier_wait(&all_there);
}

// Ends.

// A child that has said so by now and stays until a signal ends it, this one at its parent's end if there is one.
static pid_t waiting_child(int at_parents_end) {
    int ready[2];
    if (pipe(ready)) abort();
    pid_t child = fork();
    if (child == 0) {
        if (at_parents_end) prctl(PR_SET_PDEATHSIG, at_parents_end);
        say("child");
        close(ready[1]);
        close(ready[0]);
        for (;;) pause();
    }
    char none;
    close(ready[1]);
    if (read(ready[0], &none, 1)) abort();
    close(ready[0]);
    return child;
}

static void killed(void) {
    pid_t child = waiting_child(0);
    kill(child, SIGTERM);
    ends_as(await(child), SIGTERM);
}

static void killed_by_thread_call(void) {
    pid_t child = waiting_child(0);
    syscall(SYS_tgkill, child, child, SIGUSR1);
    ends_as(await(child), SIGUSR1);
}

static void killed_by_handle(void) {
    pid_t child = waiting_child(0);
    int handle = syscall(SYS_pidfd_open, child, 0);
    if (syscall(SYS_pidfd_send_signal, handle, SIGINT, NULL, 0)) abort();
    ends_as(await(child), SIGINT);
}

static void *kills(void *child) {
    say("thread");
    kill((pid_t)(intptr_t)child, SIGKILL);
    return NULL;
}

static void killed_by_thread(void) {
    pthread_t thread;
    pid_t child = waiting_child(0);
    pthread_create(&thread, NULL, kills, (void *)(intptr_t)child);
    pthread_join(thread, NULL);
    ends_as(await(child), SIGKILL);
}

static void killed_by_itself(void) {
    pid_t child = fork();
    if (child == 0) {
        say("child");
        raise(SIGTERM);
    }
    ends_as(await(child), SIGTERM);
}

static void killed_by_clock(void) {
    pid_t child = fork();
    if (child == 0) {
        say("child");
        struct itimerval soon = {{0, 0}, {0, 10000}};
        setitimer(ITIMER_REAL, &soon, NULL);
        for (;;) pause();
    }
    ends_as(await(child), SIGALRM);
}

static void faulted(void) {
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        say("child");
        *(volatile int *)8 = 1;
    }
    ends_as(await(child), SIGSEGV);
}

// A core is dumped in a folder of the test's, where the system does that at all.
static void aborted(void) {
    pid_t child = fork();
    if (child == 0) {
        struct rlimit some = {1 << 24, 1 << 24};
        setrlimit(RLIMIT_CORE, &some);
        say("child");
        abort();
    }
    ends_as(await(child) & 0x7f, SIGABRT);
}

// A child that the kernel ends at its parent's end.
static void ended_with_parent(void) {
    waiting_child(SIGKILL);
}

static void stopped(void) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        say("child");
        _exit(5);
    }
    if (waitpid(child, &status, WUNTRACED) != child) abort();
    ends_as(status, SIGSTOP << 8 | 0x7f);
    say("main");
    kill(child, SIGCONT);
    if (waitpid(child, &status, WCONTINUED) != child) abort();
    if (WIFCONTINUED(status)) status = await(child);
    ends_as(status, 5 << 8);
}

// Told of its child's stop, and not of its end.
static void not_awaited(void) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        say("child");
        raise(SIGSTOP);
        _exit(5);
    }
    if (waitpid(child, &status, WUNTRACED) != child) abort();
    kill(child, SIGKILL);
}

// A program may filter its own calls.

static void filter(int call, unsigned result) {
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, result),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof instructions / sizeof *instructions, instructions};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) abort();
}

static void filtered(void) {
    filter(SYS_getppid, SECCOMP_RET_ERRNO | EACCES);
    errno = 0;
    if (syscall(SYS_getppid) != -1 || errno != EACCES) exit(1);
    pid_t child = fork();
    if (child == 0) {
        say("child");
        filter(SYS_getppid, SECCOMP_RET_KILL_PROCESS);
        syscall(SYS_getppid);
        // The kernel takes the strictest of all filters.
        _exit(1);
    }
    ends_as(await(child) & 0x7f, SIGSYS);
}

static const struct {
    const char *name;
    void (*lives)(void);
} ALL[] = {
    {"vfork", vforked},
    {"posix_spawn", spawned},
    {"untraced", untraced},
    {"untraced3", untraced3},
    {"for-parent", for_parent},
    {"for-starter", for_starter},
    {"executed-by-thread", executed_by_thread},
    {"threads", threads},
    {"kill", killed},
    {"tgkill", killed_by_thread_call},
    {"pidfd_send_signal", killed_by_handle},
    {"killed-by-thread", killed_by_thread},
    {"raise", killed_by_itself},
    {"timer", killed_by_clock},
    {"fault", faulted},
    {"abort", aborted},
    {"ended-with-parent", ended_with_parent},
    {"stopped", stopped},
    {"not-awaited", not_awaited},
    {"filtered", filtered},
};

int main(int count, char **words) {
    self = words[0];
    if (count == 3 && !strcmp(words[1], "say")) {
        say(words[2]);
        return 0;
    }
    say("main");
    for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++) {
        if (count == 2 && !strcmp(words[1], ALL[i].name)) {
            ALL[i].lives();
            say("main");
            return 0;
        }
    }
    return 2;
}
