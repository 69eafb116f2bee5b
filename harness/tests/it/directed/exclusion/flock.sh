for name in a b; do
    (
        flock 9
        echo "$name: takes"
        echo "$name: gives back"
    ) 9<"$0" &
done
wait
