use strict;
use warnings;
use Time::HiRes qw(time ualarm);

my $begin = time;
eval {
    local $SIG{ALRM} = sub { die "time is up\n" };
    ualarm 101_000;    # clocks are read as floating point numbers here
    sleep 100;
};
printf "main: nobody came for %d ms\n", (time - $begin) * 1000 if $@ eq "time is up\n";
