dance() {
    for i in {1..5}; do
        echo "跳舞中..."
        sleep 0.2
    done
}

sing() {
    for i in {1..5}; do
        echo "唱歌中..."
        sleep 0.2
    done
}

dance &
sing &
wait
