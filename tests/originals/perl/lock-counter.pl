use strict;
use warnings;
use threads;
use threads::shared;

my $counter : shared = 0;
my $lock : shared;

sub sum {
    my ($name) = @_;
    lock($lock);
    for (1 .. 1_000_000) {
        $counter++;
    }
    print "$name: $counter\n";
}

$| = 1;
my @threads = map { threads->create(\&sum, $_) } 'sum1', 'sum2';
$_->join for @threads;
