#!/bin/sh
# Prepares the configuration, then becomes the command.
set -e

if [ "$1" = nginx ]; then
  for script in /docker-entrypoint.d/*; do
    case "$script" in
      *.sh) [ -x "$script" ] && "$script" ;;
    esac
  done
fi

exec "$@"
