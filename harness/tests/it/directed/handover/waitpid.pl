use strict;
use warnings;

$| = 1;
my $child = fork // die;
if ($child == 0) {
    print "first: works\n";
    exit;
}
waitpid $child, 0;
print "second: goes on\n";
