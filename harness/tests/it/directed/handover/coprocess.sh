coproc worker { read -r; echo done; }
echo "first: works"
echo go >&"${worker[1]}"
read -r answer <&"${worker[0]}"
[ "$answer" = done ] && echo "second: goes on"
wait
