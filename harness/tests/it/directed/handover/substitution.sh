text=$(sleep 0.05; echo works)
echo "first: $text"
read -r text < <(echo goes on)
echo "second: $text"
