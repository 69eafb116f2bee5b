say() {
    for i in 1 2 3; do echo "$1 $i"; done
}

for name in a b; do say $name & done
wait
