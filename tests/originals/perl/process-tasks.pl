use strict;
use warnings;

sub dance {
    for (1 .. 5) {
        print "跳舞中...\n";
        select undef, undef, undef, 0.2;
    }
}

sub sing {
    for (1 .. 5) {
        print "唱歌中...\n";
        select undef, undef, undef, 0.2;
    }
}

sub start {
    my ($task) = @_;
    return if fork;
    $| = 1;
    $task->();
    exit;
}

start(\&dance);
start(\&sing);
1 while wait != -1;
