#!/usr/bin/env bash
set -Eeuo pipefail

if [ "${1:0:1}" = '-' ]; then
  set -- mongod "$@"
fi

# As root: start again as the server's user.
if [ "$1" = 'mongod' ] && [ "$(id -u)" = '0' ]; then
  exec gosu mongodb "$BASH_SOURCE" "$@"
fi

# A container is reached from outside, so listen on all addresses unless told otherwise.
if [ "$1" = 'mongod' ]; then
  has_bind_ip=
  for arg; do
    case "$arg" in
      --bind_ip | --bind_ip=* | --bind_ip_all) has_bind_ip=1 ;;
    esac
  done
  if [ -z "$has_bind_ip" ]; then
    set -- "$@" --bind_ip_all
  fi
fi

exec "$@"
