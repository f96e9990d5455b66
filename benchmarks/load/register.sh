#!/bin/sh
# Make the database and register the platform of the load driver; the settings come from the spec's environment.
set -eu
bin="$(dirname "$0")/../../.venv/bin"
"$bin/lti-tool" db upgrade
exec "$bin/lti-tool" platform add --issuer "$1" --client-id "$2" --deployment-id "$3" --auth-url "$4" \
    --token-url "$5" --jwks-url "$6" --family moodle --name "Load driver"
