before=$(date +%s%N)
read -r -t 0.1 < <(sleep 100) # which is ended below
kill $!
after=$(date +%s%N)
echo "main: nobody came for $(((after - before) / 1000000)) ms"
