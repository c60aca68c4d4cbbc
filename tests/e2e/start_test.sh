#!/usr/bin/env bash
# Usage: start_test.sh REPOSITORY
# A service that exits while ./dev up waits ends the wait at once, with its last log line.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $(cat "$folder"/run/*.pid) 2>/dev/null || true; rm -rf "$folder"' EXIT
local_dir=$folder bin_dir=$folder/bin log_dir=$folder/logs
mkdir -p "$bin_dir" "$log_dir" "$folder/run"

step() { :; }
note() { :; }
die() { printf 'died: %s\n' "$*" >&2; exit 1; }
. "$1/deploy/local/suite.sh"

make() { printf '#!/bin/sh\n%s\n' "$2" >"$bin_dir/$1" && chmod +x "$bin_dir/$1"; }
make clientele 'exec sleep 100'
for service in $services; do make "$service" 'exec sleep 100'; done
make qa-service 'echo first; echo "no key: give --data_key_file"; exit 1'

start=$SECONDS
suite_start
if (wait_until_serving) 2>"$folder/errors"; then echo "it did not fail"; exit 1; fi
cat "$folder/errors"
[ $((SECONDS - start)) -lt 20 ] || { echo "it waited"; exit 1; }
grep -q 'no key: give --data_key_file' "$folder/errors"
grep -q 'died: qa-service could not start' "$folder/errors"
! grep -q first "$folder/errors"
