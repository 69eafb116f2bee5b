use strict;
use warnings;

$| = 1;
for my $name (qw(a b c)) {
    next if fork;
    print "$name $_\n" for 1 .. 2;
    exit;
}
1 while wait > 0;
