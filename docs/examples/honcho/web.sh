trap 'echo "stops, since it was told to"; exit 0' TERM
echo "is ready"
tail -f /dev/null &
wait
