#!/bin/sh
# Makes the services' roles and schemas with deploy/postgres/role.sql. libpq's variables
# (PGHOST, PGUSER, PGDATABASE) say where; passwords are those that make-secrets.sh made.
#
#   make-roles.sh SECRETS_FOLDER ROLE_SQL
set -eu
PGPASSWORD=$(cat "$1/owner-password")
export PGPASSWORD
for service in profile qa recommend; do
  # Through standard input: arguments can be read by every process of a machine.
  { printf "\\\\set service %s\n\\\\set password '%s'\n" "$service" "$(cat "$1/$service-password")"
    cat "$2"; } | psql -qX -v ON_ERROR_STOP=1
done
