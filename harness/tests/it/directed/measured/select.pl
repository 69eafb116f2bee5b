use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC CLOCK_REALTIME time);

my ($monotonic, $real, $time) = (clock_gettime(CLOCK_MONOTONIC), clock_gettime(CLOCK_REALTIME), time);
select undef, undef, undef, 0.201;    # clocks are read as floating point numbers here
printf "main: %d ms\n", (clock_gettime(CLOCK_MONOTONIC) - $monotonic) * 1000;
printf "main: %d ms\n", (clock_gettime(CLOCK_REALTIME) - $real) * 1000;
printf "main: %d ms\n", (time - $time) * 1000;
