coproc worker { read -r; echo done; }
exec 3<&"${worker[0]}" 4>&"${worker[1]}" # bash closes its own ends when the worker has ended
echo "first: works"
echo go >&4
read -r answer <&3
[ "$answer" = done ] && echo "second: goes on"
wait
