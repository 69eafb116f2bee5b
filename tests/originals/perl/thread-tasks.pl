use strict;
use warnings;
use threads;

$| = 1;

sub sing {
    for my $i (0 .. 2) {
        print "正在唱歌...$i\n";
        sleep 1;
    }
}

sub dance {
    for my $i (0 .. 2) {
        print "正在跳舞...$i\n";
        sleep 1;
    }
}

my @threads = (threads->create(\&sing), threads->create(\&dance));
$_->join for @threads;
