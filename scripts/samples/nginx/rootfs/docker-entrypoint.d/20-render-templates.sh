#!/bin/sh
# Every template becomes a file of conf.d, with the environment's variables in it.
set -e

templates="${TEMPLATE_DIR:-/etc/nginx/templates}"
output="${OUTPUT_DIR:-/etc/nginx/conf.d}"

[ -d "$templates" ] || exit 0
for template in "$templates"/*.template; do
  name="$(basename "$template" .template)"
  envsubst '${WEB_PORT}' <"$template" >"$output/$name"
done
