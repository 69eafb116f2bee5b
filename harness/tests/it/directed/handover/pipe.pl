use strict;
use warnings;

$| = 1;
pipe my $from, my $to;
if (fork == 0) {
    print "first: works\n";
    syswrite $to, "done\n";
    exit;
}
print "second: goes on\n" if <$from> eq "done\n";
wait;
