# The same, but the report comes after half a second: by then both are surely done.
for part in 1 2; do
    echo "part $part is done" &
done
sleep 0.5
echo "all parts are done"
