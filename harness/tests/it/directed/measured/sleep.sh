for i in 1 2 3; do
    before=$(date +%s%N)
    sleep 0.2
    after=$(date +%s%N)
    echo "main: $(((after - before) / 1000000)) ms"
done
