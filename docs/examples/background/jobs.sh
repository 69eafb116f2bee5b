# Two parts at once, each in the background; the report comes when both are done.
for part in 1 2; do
    echo "part $part is done" &
done
wait
echo "all parts are done"
