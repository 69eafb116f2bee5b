# Builds the ring where nobody minds, and runs it with three ranks on this machine alone.
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
mpicc -o "$built/ring" ring.c || exit
mpirun --allow-run-as-root --oversubscribe --mca btl self,vader -n 3 "$built/ring"
