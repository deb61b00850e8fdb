# A program that crashes. Its last line has no end: it is printed nevertheless.
echo "started as process $$"
sleep 3
printf 'about to crash' >&2
kill -SEGV $$
