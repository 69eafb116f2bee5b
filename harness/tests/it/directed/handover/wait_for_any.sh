sleep 100 &
sleeper=$!
echo "first: works" &
wait -n $!
kill $sleeper
wait
echo "second: goes on"
