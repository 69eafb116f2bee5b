use strict;
use warnings;
use Fcntl qw(:flock);

$| = 1;
for my $name (qw(a b)) {
    next if fork;
    open my $lock, '<', $0;
    flock $lock, LOCK_EX;
    print "$name: takes\n";
    print "$name: gives back\n";
    exit;
}
1 while wait > 0;
