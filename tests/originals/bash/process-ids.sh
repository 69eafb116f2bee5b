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
# bash says on stderr which of its children was killed, as soon as it sees that. Theirs is the stderr that it had.
exec 3>&2 2> /dev/null
dance 2>&3 &
sing 2>&3 &
wait
