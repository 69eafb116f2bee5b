say() {
    for i in 1 2; do echo "$1 $i"; done
}

for name in a b c; do say $name & done
wait
