{ echo "first: works" | cat; } # cat prints it, and the shell waits for both
echo "second: goes on"
