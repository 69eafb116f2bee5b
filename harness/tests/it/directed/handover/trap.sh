trap 'called=yes' USR1
(
    echo "first: works"
    kill -USR1 $$
) &
wait # ends by the signal, or because the child has
wait
[ "$called" ] && echo "second: goes on"
