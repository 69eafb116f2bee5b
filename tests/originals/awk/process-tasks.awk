# A command that is printed to is a process, which runs until it is closed.
function start(task) {
    printf "" | task
    fflush(task)
}

BEGIN {
    dance = "for i in 1 2 3 4 5; do echo 跳舞中...; sleep 0.2; done"
    sing = "for i in 1 2 3 4 5; do echo 唱歌中...; sleep 0.2; done"
    start(dance)
    start(sing)
    close(dance)
    close(sing)
}
