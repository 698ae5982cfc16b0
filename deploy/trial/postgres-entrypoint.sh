#!/bin/bash
# What docker-compose.yml expects of a PostgreSQL image, for one that holds nothing but Debian's package: the first
# start makes a cluster whose superuser has POSTGRES_PASSWORD, and runs /docker-entrypoint-initdb.d out of reach of
# the network.
set -euo pipefail
version=$(ls /usr/lib/postgresql)
export PATH="/usr/lib/postgresql/$version/bin:$PATH" PGDATA=/var/lib/postgresql/data POSTGRES_USER=postgres
if [ "$(id -u)" = 0 ]; then
  install -d -o postgres -g postgres -m 700 "$PGDATA"
  install -d -o postgres -g postgres /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups bash "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username=postgres --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:?}") --auth-local=trust \
    --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
  printf 'host all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
  pg_ctl -w -o "-c listen_addresses=''" start
  for script in /docker-entrypoint-initdb.d/*.sh; do "$script"; done
  pg_ctl -w -m fast stop
fi
exec postgres -c listen_addresses='*' "$@"
