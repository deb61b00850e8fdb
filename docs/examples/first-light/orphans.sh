# Each round starts five processes whose parent ends at once, and counts the zombies that are left.
while :; do
    for number in 1 2 3 4 5; do
        (sleep 0.2 &)
    done
    sleep 2
    zombies=$(cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z ')
    echo "five orphans have ended; zombies left: $zombies"
done
