// What a program can observe of signals, stops, waits, timers, ends and of itself: a line each, into the file that is named.
// Nothing in it depends on luck or on how fast the machine is.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 20000 };

static FILE *out;
static char *self;
static volatile sig_atomic_t heard, summed;

static void hear(int signal) {
    (void)signal;
    heard++;
}

static void sum(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)context;
    summed += info->si_value.sival_int;
}

static void on(int signal, void (*handler)(int), int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(signal, &action, NULL);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void sleep_for(double seconds) {
    struct timespec time = {seconds, (seconds - (long)seconds) * 1e9};
    while (nanosleep(&time, &time) < 0) {
    }
}

static void alarm_after(int microseconds, int every) {
    struct itimerval timer = {{0, every}, {0, microseconds}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static int status_of(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static char state_of(pid_t process) {
    char file[64], state = 0;
    sprintf(file, "/proc/%d/stat", process);
    FILE *stat = fopen(file, "r");
    if (fscanf(stat, "%*d %*s %c", &state) != 1) abort();
    fclose(stat);
    return state;
}

// A child that does this and ends with what it returns.
#define CHILD(...)                   \
    ({                               \
        fflush(out);                 \
        pid_t child_ = fork();       \
        if (child_ == 0) {           \
            __VA_ARGS__;             \
            _exit(0);                \
        }                            \
        child_;                      \
    })

static void signals(void) {
    int status;
    on(SIGUSR1, hear, 0);
    for (int i = 0; i < MANY; i++) raise(SIGUSR1);
    fprintf(out, "raised and heard: %d\n", heard);

    struct sigaction summing = {.sa_sigaction = sum, .sa_flags = SA_SIGINFO};
    sigaction(SIGRTMIN, &summing, NULL);
    pid_t child = CHILD({
        union sigval one = {.sival_int = 1};
        for (int i = 0; i < MANY; i++) {
            while (sigqueue(getppid(), SIGRTMIN, one) < 0) sched_yield();
        }
    });
    status = status_of(child);
    fprintf(out, "queued by a child and heard: %d\n", summed);
    fprintf(out, "it ended with %x\n", status);

    sigset_t waited;
    siginfo_t info;
    sigemptyset(&waited);
    sigaddset(&waited, SIGUSR2);
    sigprocmask(SIG_BLOCK, &waited, NULL);
    struct timespec soon = {0, 50000000}, late = {60, 0};
    errno = 0;
    int told = sigtimedwait(&waited, &info, &soon);
    fprintf(out, "sigtimedwait, nothing comes: %d %d\n", told, errno);
    child = CHILD(kill(getppid(), SIGUSR2));
    told = sigtimedwait(&waited, &info, &late);
    fprintf(out, "sigtimedwait, one comes: %d, from the child %d\n", told, info.si_pid == child);
    status_of(child);

    child = CHILD({
        signal(SIGTERM, SIG_IGN);
        kill(getpid(), SIGTERM);
        _exit(9);
    });
    fprintf(out, "a signal that is ignored: %x\n", status_of(child));
    child = CHILD(raise(SIGTRAP));
    fprintf(out, "SIGTRAP: %d\n", status_of(child) & 0x7f);
#ifdef __x86_64__
    child = CHILD({
        on(SIGTRAP, hear, 0);
        heard = 0;
        __asm__("int3");
        _exit(heard);
    });
    fprintf(out, "a breakpoint of its own: %x\n", status_of(child));
#endif
}

static void stops(void) {
    int status;
    siginfo_t info;
    pid_t child = CHILD(for (;;) pause());
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    fprintf(out, "stopped: %x\n", status);
    fprintf(out, "told again: %d\n", waitpid(child, &status, WNOHANG | WUNTRACED) != 0);
    kill(child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    fprintf(out, "continued: %x\n", status);
    kill(child, SIGTERM);
    for (int i = 0; i < 2; i++) {
        memset(&info, 0, sizeof info);
        waitid(P_PID, child, &info, WEXITED | WNOWAIT);
        fprintf(out, "looked at without being reaped: %d %d\n", info.si_code, info.si_status);
    }
    int reaped = waitpid(child, &status, 0) == child;
    fprintf(out, "reaped: %d %x\n", reaped, status);
    errno = 0;
    fprintf(out, "reaped again: %d", waitpid(child, &status, 0));
    fprintf(out, " %d\n", errno);

    child = CHILD({
        raise(SIGSTOP);
        _exit(5);
    });
    waitpid(child, &status, WUNTRACED);
    fprintf(out, "stopped itself: %x\n", status);
    sleep_for(0.05);
    fprintf(out, "stays so: %d\n", waitpid(child, &status, WNOHANG) == 0);
    fprintf(out, "state of who is stopped: %c\n", state_of(child));
    kill(child, SIGCONT);
    fprintf(out, "and then: %x\n", status_of(child));

    child = CHILD(raise(SIGSTOP));
    waitpid(child, &status, WUNTRACED);
    kill(child, SIGKILL);
    fprintf(out, "killed while it was stopped: %x\n", status_of(child));

    // A sleep goes on over a stop, for as long as it should.
    child = CHILD({
        struct timespec time = {0, 200000000};
        double begun = now();
        int result = nanosleep(&time, NULL);
        _exit(result == 0 && now() - begun >= 0.2 ? 7 : 8);
    });
    sleep_for(0.03);
    kill(child, SIGSTOP);
    sleep_for(0.03);
    kill(child, SIGCONT);
    fprintf(out, "a sleep over a stop: %x\n", status_of(child));
}

static void children(void) {
    int status;
    on(SIGCHLD, hear, 0);
    heard = 0;
    for (int i = 0; i < 200; i++) status_of(CHILD(_exit(0)));
    fprintf(out, "SIGCHLD of 200, one after the other: %d\n", heard);
    on(SIGCHLD, hear, SA_NOCLDSTOP);
    heard = 0;
    pid_t child = CHILD(raise(SIGSTOP));
    while (waitpid(child, &status, WUNTRACED) < 0) {
    }
    kill(child, SIGCONT);
    status_of(child);
    fprintf(out, "SIGCHLD without stops: %d\n", heard);
    signal(SIGCHLD, SIG_IGN);
    child = CHILD(_exit(0));
    errno = 0;
    int waited = waitpid(child, &status, 0);
    fprintf(out, "SIGCHLD ignored: %d %d\n", waited, errno);
    signal(SIGCHLD, SIG_DFL);
}

static void interruptions(void) {
    char byte;
    int ends[2];
    if (pipe(ends)) abort();
    for (int restart = 0; restart < 2; restart++) {
        on(SIGALRM, hear, restart ? SA_RESTART : 0);
        pid_t child = CHILD({
            sleep_for(0.15);
            if (write(ends[1], "x", 1) != 1) abort();
        });
        alarm_after(30000, 0);
        errno = 0;
        int result = read(ends[0], &byte, 1), error = errno;
        fprintf(out, "a read and a signal, restart %d: %d %d\n", restart, result, result < 0 ? error : 0);
        if (result < 0 && read(ends[0], &byte, 1) != 1) abort();
        status_of(child);
    }
    on(SIGALRM, hear, 0);
    alarm_after(30000, 0);
    struct timespec time = {0, 200000000}, left = {0, 0};
    errno = 0;
    int result = nanosleep(&time, &left);
    fprintf(out, "a sleep and a signal: %d %d, something is left %d\n", result, errno, left.tv_nsec > 0);
    heard = 0;
    alarm_after(1000, 1000);
    for (double begun = now(); now() - begun < 0.3;) {
    }
    alarm_after(0, 0);
    fprintf(out, "a timer of 1 ms for 300 ms: %s\n", heard > 0 && heard <= 301 ? "at most 301" : "others");
}

static void *executes(void *none) {
    execl(self, self, "executed", NULL);
    return none;
}

static void ends(void) {
    int status;
    pid_t child = CHILD({
        struct rlimit some = {1 << 24, 1 << 24};
        setrlimit(RLIMIT_CORE, &some);
        abort();
    });
    status = status_of(child);
    fprintf(out, "abort: %d, a core %d\n", WTERMSIG(status), !!WCOREDUMP(status));
    child = CHILD({
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        *(volatile int *)8 = 1;
    });
    status = status_of(child);
    fprintf(out, "a fault: %d, a core %d\n", WTERMSIG(status), !!WCOREDUMP(status));
    child = CHILD({
        pthread_t thread;
        pthread_create(&thread, NULL, executes, NULL);
        for (;;) pause();
    });
    fprintf(out, "executed by a second thread: %x\n", status_of(child));
    child = vfork();
    if (child == 0) {
        execl(self, self, "executed", NULL);
        _exit(1);
    }
    fprintf(out, "executed after vfork: %x\n", status_of(child));
    child = CHILD(_exit(255));
    fprintf(out, "exit: %x\n", status_of(child));
}

static void writes(void) {
    errno = 0;
    int result = syscall(SYS_write, 1, 8L, 5L);
    fprintf(out, "a write from nowhere: %d %d\n", result, errno);
    fprintf(out, "a write of nothing: %zd\n", write(1, "", 0));
    errno = 0;
    result = fcntl(1, F_GETFL);
    fprintf(out, "stdout's flags: %x\n", result);
    errno = 0;
    off_t place = lseek(1, 0, SEEK_CUR);
    fprintf(out, "stdout's place: %d %d\n", (int)place, errno);
    signal(SIGPIPE, SIG_IGN);
    int ends[2], kept = dup(1);
    if (pipe(ends)) abort();
    close(ends[0]);
    dup2(ends[1], 1);
    errno = 0;
    result = write(1, "x", 1);
    fprintf(out, "a write that nobody reads: %d %d\n", result, errno);
    dup2(kept, 1);
    signal(SIGPIPE, SIG_DFL);
}

static int processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) ? -1 : CPU_COUNT(&set);
}

// The same as others are told, who ask nothing of the program.
static int processors_in_proc(void) {
    char line[4096];
    int count = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, status)) {
        if (strncmp(line, "Cpus_allowed:", 13)) continue;
        for (char *digit = line + 13; *digit; digit++) {
            int value = *digit >= 'a' ? *digit - 'a' + 10 : *digit - '0';
            if (value > 0 && value < 16) count += __builtin_popcount(value);
        }
    }
    fclose(status);
    return count;
}

// Line by line, and nothing else.
static void print_much(void) {
    for (int i = 0; i < 100; i++) {
        if (write(1, "much\n", 5) != 5) abort();
    }
}

static void *tells_processors(void *told) {
    *(int *)told = processors();
    return NULL;
}

static void *prints_and_executes(void *none) {
    print_much();
    execl(self, self, "processors", NULL);
    return none;
}

static void who_prints_much(void) {
    int all = processors();
    print_much();
    fprintf(out, "processors: all %d\n", processors() == all);
    print_much();
    pid_t child = CHILD(_exit(processors() == all));
    fprintf(out, "processors of a child: all %d\n", WEXITSTATUS(status_of(child)));
    print_much();
    pthread_t thread;
    int told = 0;
    pthread_create(&thread, NULL, tells_processors, &told);
    pthread_join(thread, NULL);
    fprintf(out, "processors of a thread: all %d\n", told == all);
    child = CHILD({
        pthread_create(&thread, NULL, prints_and_executes, NULL);
        for (;;) pause();
    });
    fprintf(out, "processors of what a second thread executed: all %d\n", WEXITSTATUS(status_of(child)) == all % 256);
    print_much();
    while (processors_in_proc() != all) sleep_for(0.01);
    cpu_set_t one, before;
    sched_getaffinity(0, sizeof before, &before);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    print_much();
    sched_setaffinity(0, sizeof one, &one);
    print_much();
    fprintf(out, "processors of who has set them: %d\n", processors());
    sched_setaffinity(0, sizeof before, &before);
}

static void oneself(void) {
    char line[300];
    FILE *status = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, status)) {
        if (!strncmp(line, "TracerPid", 9)) fprintf(out, "TracerPid: %d\n", atoi(line + 10) != 0);
        if (!strncmp(line, "Seccomp:", 8) || !strncmp(line, "NoNewPrivs", 10) || !strncmp(line, "SigBlk", 6) ||
            !strncmp(line, "Threads", 7) || !strncmp(line, "CapEff", 6)) {
            fputs(line, out);
        }
    }
    fclose(status);
    pid_t child = CHILD(_exit(ptrace(PTRACE_TRACEME, 0, 0, 0) < 0 ? errno : 0));
    fprintf(out, "PTRACE_TRACEME: %d\n", WEXITSTATUS(status_of(child)));
    fprintf(out, "dumpable: %d\n", prctl(PR_GET_DUMPABLE));
    fprintf(out, "its session's leader: %d\n", getsid(0) == getpid());
    fprintf(out, "its group's leader: %d\n", getpgrp() == getpid());
}

int main(int count, char **words) {
    self = words[0];
    if (count == 2 && !strcmp(words[1], "executed")) return getpid() == syscall(SYS_gettid) ? 42 : 43;
    if (count == 2 && !strcmp(words[1], "processors")) return processors() % 256;
    if (count != 2 || !(out = fopen(words[1], "we"))) return 2;
    oneself();
    signals();
    stops();
    children();
    interruptions();
    ends();
    writes();
    who_prints_much();
    return fclose(out) != 0;
}
