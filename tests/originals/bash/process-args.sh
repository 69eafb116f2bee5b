task() {
    for ((i = 0; i < $1; i++)); do
        echo "任务执行中.."
        sleep 0.2
    done
    echo "任务执行完成"
}

five=(task 5) # Never started.
three=(task 3)
"${three[@]}" &
wait
