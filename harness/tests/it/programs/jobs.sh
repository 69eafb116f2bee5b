# A shell with jobs on a terminal.
set -m
sleep 1000 &
jobs
kill -STOP %1
until [[ $(jobs %1) = *Stopped* ]]; do :; done
jobs
bg %1
jobs
kill %1
wait %1
echo "killed: $?"
sh -c 'kill -TSTP $$; echo goes on; exit 3'
echo "stopped: $?"
jobs
fg
echo "ended: $?"
sleep 1000 | cat &
kill -TERM -- -"$(jobs -p %%)"
wait
echo "a pipeline was ended"
echo "in front: $(ps -o tpgid= -p $$ | tr -d ' ' | grep -cx "$(ps -o pgid= -p $$ | tr -d ' ')")"
trap 'echo interrupted' INT
kill -INT $$
echo "terminals: $(for i in 0 2; do test -t $i && echo $i; done)"
