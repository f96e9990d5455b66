#!/bin/sh
# The whole tool in one process tree, as the load driver starts and kills it: $2 senders beside two web processes.
set -eu
bin="$(dirname "$0")/../../.venv/bin"
count=0
while [ "$count" -lt "$2" ]; do
    "$bin/lti-tool" worker &
    count=$((count + 1))
done
exec "$bin/lti-tool" serve --workers 2 --port "$1"
