work() {
    echo "worker: works"
    sleep 0.05
    echo "worker: done"
}

work &
sleep 0.3 # the worker is surely done by now
echo "main: goes on"
wait
