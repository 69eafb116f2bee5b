# Starts a server with three workers, asks one of them when all are ready, and ends the server.
GATE=$(mktemp -d)
export GATE
gunicorn --workers 3 --bind "unix:$GATE/socket" app:app 2>&1 &
until [ "$(ls "$GATE" | grep -c ready)" = 3 ]; do sleep 0.05; done
python3 ask.py "$GATE/socket"
kill -TERM $!
wait $!
status=$?
rm -r "$GATE"
exit $status
