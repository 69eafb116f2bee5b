dance() {
    echo "dance: $BASHPID"
    echo "dance: <Process(myprocess1, started)>"
    for i in {1..5}; do
        echo "跳舞中..."
        sleep 0.2
        kill -KILL "$BASHPID"
    done
}

sing() {
    echo "sing: $BASHPID"
    echo "sing: <Process(Process-2, started)>"
    for i in {1..5}; do
        echo "唱歌中..."
        sleep 0.2
    done
}

echo "main: $$"
echo "main: <_MainProcess(MainProcess, started)>"
dance &
sing &
# bash says on stderr which of its children was killed.
wait 2> /dev/null
