# Threads and a child; each line says which process and thread wrote it, as the kernel names them.
use strict;
use warnings;
use threads;

sub says {
    my ($who) = @_;
    my ($pid, $tid) = readlink("/proc/thread-self") =~ m{^(\d+)/task/(\d+)$};
    syswrite(STDOUT, "$who: pid $pid tid $tid\n") for 1 .. 5;
}

says("main");
$_->join for map { threads->create(\&says, "thread") } 1 .. 3;
if (fork() == 0) {
    says("child");
    exec "true";
}
wait;
