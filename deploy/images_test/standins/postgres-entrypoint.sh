#!/bin/sh
# Makes the cluster once, then becomes the server.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # The arguments are words on purpose.
    # shellcheck disable=SC2086
    initdb -D "$PGDATA" -U postgres --pwfile="$POSTGRES_PASSWORD_FILE" ${POSTGRES_INITDB_ARGS:-}
    printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
    printf "listen_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
fi
exec "$@"
