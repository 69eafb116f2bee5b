use strict;
use warnings;

$| = 1;
pipe my $from, my $to;
if (fork == 0) {
    print "worker: answers\n";
    syswrite $to, "yes";
    exit;
}
vec(my $bits = '', fileno($from), 1) = 1;
print select($bits, undef, undef, 1) ? "main: has the answer\n" : "main: gives up\n";
wait;
