use strict;
use warnings;

$| = 1;

sub dance {
    print "dance: $$\n";
    print "dance: <Process(myprocess1, started)>\n";
    for (1 .. 5) {
        print "跳舞中...\n";
        select undef, undef, undef, 0.2;
        kill 'KILL', $$;
    }
}

sub sing {
    print "sing: $$\n";
    print "sing: <Process(Process-2, started)>\n";
    for (1 .. 5) {
        print "唱歌中...\n";
        select undef, undef, undef, 0.2;
    }
}

sub start {
    my ($task) = @_;
    return if fork;
    $task->();
    exit;
}

print "main: $$\n";
print "main: <_MainProcess(MainProcess, started)>\n";
start(\&dance);
start(\&sing);
1 while wait != -1;
