# A program as it should be: works, and ends when it is asked to.
trap 'echo "asked to stop: finishing"; exit 0' TERM
count=0
while :; do
    count=$((count + 1))
    echo "heartbeat $count"
    sleep 2 &
    wait $!
done
