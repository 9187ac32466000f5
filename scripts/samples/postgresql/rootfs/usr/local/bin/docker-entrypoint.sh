#!/usr/bin/env bash
set -Eeo pipefail

# A temporary server, reachable through its socket only, runs the first-start scripts.
run_init_scripts() {
  pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p ${PGPORT:-5432}" -w start
  for script in /docker-entrypoint-initdb.d/*; do
    case "$script" in
      *.sh) . "$script" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
}

main() {
  if [ "${1:0:1}" = '-' ]; then
    set -- postgres "$@"
  fi

  if [ "$1" = 'postgres' ]; then
    mkdir -p "$PGDATA"
    if [ "$(id -u)" = '0' ]; then
      chown postgres "$PGDATA"
      exec gosu postgres "$BASH_SOURCE" "$@"
    fi
    if [ ! -s "$PGDATA/PG_VERSION" ]; then
      initdb -D "$PGDATA" --username=postgres
      run_init_scripts
    fi
  fi

  exec "$@"
}

main "$@"
