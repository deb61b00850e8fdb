#!/bin/sh
# The tests: they find PostgreSQL, its schema and Redis up, and wait for nothing.
set -eu

fail() {
  echo "not ok: $1"
  exit 1
}

[ "$(psql -Atc 'SELECT count(*) FROM jobs WHERE NOT done')" = 3 ] || fail 'three jobs are to be done'
echo 'ok: the schema is there'

for id in $(psql -Atc 'SELECT id FROM jobs ORDER BY id'); do redis-cli -s "$REDIS_SOCKET" rpush queue "$id" >/dev/null; done
[ "$(redis-cli -s "$REDIS_SOCKET" lpop queue)" = "${FIRST:-1}" ] || fail 'the first job is not the first of the queue'
echo 'ok: the queue keeps the order'
