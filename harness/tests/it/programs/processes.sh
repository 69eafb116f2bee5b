# Subshells and a program; each line says which process wrote it.
says() { for _ in 1 2 3 4 5; do echo "$1: pid $BASHPID"; done; }
says main
for _ in 1 2 3; do says child & done
wait
bash -c 'for _ in 1 2 3 4 5; do echo "child: pid $$"; done'
echo "main: pid $$"
