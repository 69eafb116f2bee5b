use strict;
use warnings;

$| = 1;
for my $name (qw(a b)) {
    if (fork) {
        wait;
        next;
    }
    print "$name $_\n" for 1 .. 3;
    exit;
}
