echo "ticks once"
sleep 0.5
echo "has nothing left to do"
