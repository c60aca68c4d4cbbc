#!/bin/sh
# Makes what is missing of a suite's secrets: a folder for each reader under
# /secrets, and the key that signs models under /run/signing.
#
#   make-secrets.sh [DATABASE_HOST]     default: postgres
#
# A file that exists is never changed: a data key that is lost takes the data with it.
set -eu
umask 027
secrets=/secrets
host=${1:-postgres}

random_hex() { od -An -v -N24 -tx1 /dev/urandom | tr -d ' \n'; }
sha256_of() { printf %s "$1" | sha256sum | cut -d' ' -f1; }
# once FILE COMMAND...: FILE appears whole or not at all.
once() {
  file=$1
  shift
  [ -s "$file" ] && return 0
  "$@" >"$file.new"
  mv "$file.new" "$file"
}
database_url() {
  printf 'postgresql://clientele_%s:%s@%s:5432/clientele\n' "$1" \
    "$(cat "$secrets/postgres/$1-password")" "$host"
}
# token_line CALLER ROLE TOKEN_FILE [:delegate]: what a service knows of a caller's token.
token_line() { printf '%s:%s:%s%s\n' "$1" "$2" "$(sha256_of "$(cat "$3")")" "${4:-}"; }

[ -s /run/signing/model-signing.key ] || clientele-models keygen --out /run/signing

once "$secrets/postgres/owner-password" random_hex
for schema in profile qa recommend; do
  folder=$secrets/$schema-service
  once "$secrets/postgres/$schema-password" random_hex
  once "$folder/database-url" database_url "$schema"
  [ -s "$folder/data-key" ] || clientele-models keygen --data "$folder/data-key"
  once "$folder/model-signing.pub" cat /run/signing/model-signing.pub
done

# A token for each pair that talks; a backend knows its callers' hashes alone.
once "$secrets/operator/auth-token" random_hex
once "$secrets/gateway-service/backend-token" random_hex
once "$secrets/qa-service/profile-service-token" random_hex
once "$secrets/recommend-service/profile-service-token" random_hex
gateway_line() { token_line gateway-service service "$secrets/gateway-service/backend-token" :delegate; }
profile_lines() {
  gateway_line
  token_line qa-service service "$secrets/qa-service/profile-service-token"
  token_line recommend-service service "$secrets/recommend-service/profile-service-token"
}
once "$secrets/gateway-service/auth-tokens" token_line operator admin "$secrets/operator/auth-token"
once "$secrets/profile-service/auth-tokens" profile_lines
once "$secrets/qa-service/auth-tokens" gateway_line
once "$secrets/recommend-service/auth-tokens" gateway_line
