work() {
    echo "worker: works"
    sleep 0.05
    echo "worker: done"
}

work &
wait
echo "main: goes on"
