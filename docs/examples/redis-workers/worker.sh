# A worker that loses no job: it moves one from `jobs` to a list of its own, does it, then removes it there. What it was
# doing when it was killed is still in that list when it comes back.
set -eu
name=$1
stopping=no
trap 'stopping=yes' TERM
ask() { redis-cli -e -s "$SOCKET" "$@"; }

while [ $stopping = no ]; do
    job=$(ask lindex "$name" 0)
    # A second at most, so that a stop is heard.
    [ -n "$job" ] || job=$(ask blmove jobs "$name" right left 1)
    [ -n "$job" ] || continue
    echo "did $job"
    printf 'multi\nlrem %s 1 "%s"\nincr done\nexec\n' "$name" "$job" | ask >/dev/null
done
echo "stopped between two jobs"
