#!/bin/bash
# A private PostgreSQL server for tests.
#
#   test_cluster.sh start  STATE [USER_PID]  start it unless it runs; prints a connection string
#   test_cluster.sh start-in-memory STATE [USER_PID]  the same, in memory where there is enough
#   test_cluster.sh stop   STATE [USER_PID]  stop it and delete it, unless another user lives
#   test_cluster.sh start-own|stop-own STATE [USER_PID]  the same, whatever the environment says
#   test_cluster.sh crash  STATE             stop it as a crash would; the data stay
#   test_cluster.sh resume STATE             start it again, at the same address
#
# STATE is a folder that remembers where the server is (build/<preset>/test-postgres for
# the one that tests share). Data and socket live in a short path of their own under
# /tmp (in memory: /dev/shm), which only the owner can enter. PostgreSQL refuses to run as
# root: there it runs as the package's 'postgres' user. With CLIENTELE_TEST_DATABASE_URL set
# that server is used, and nothing is started.
set -euo pipefail

die() { echo "test_cluster.sh: $*" >&2; exit 1; }

[ $# -ge 2 ] || die "usage: test_cluster.sh start|stop|crash|resume STATE [USER_PID]"
action=$1 state=$2 user_pid=${3:-$PPID}

case ${CLIENTELE_TEST_DATABASE_URL:+$action} in
  start | start-in-memory) printf '%s\n' "$CLIENTELE_TEST_DATABASE_URL"; exit 0 ;;
  stop) exit 0 ;;
esac

as_owner() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

find_bin() {
  local dir
  for dir in "${CLIENTELE_TEST_POSTGRES_BIN:-}" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) \
    "$(pg_config --bindir 2>/dev/null || true)"; do
    [ -n "$dir" ] && [ -x "$dir/initdb" ] && { echo "$dir"; return; }
  done
  die "PostgreSQL's server is not installed, and tests of this layer need it: \
apt-get install postgresql (or set CLIENTELE_TEST_DATABASE_URL to a server where databases may be made)"
}

mkdir -p "$state/users"
exec 9>"$state/lock"
flock 9

folder=$(cat "$state/folder" 2>/dev/null || true)
bin=$(find_bin)
running() { [ -n "$folder" ] && as_owner "$bin/pg_ctl" -D "$folder/data" status >/dev/null 2>&1 9>&-; }

# The server must not inherit the lock, or the pipe that our caller reads.
launch() {
  as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 start >/dev/null 2>&1 9>&- ||
    die "PostgreSQL did not start: $(as_owner tail -n 3 "$folder/server.log" 2>/dev/null)"
}

# Each test makes databases, of 300 files each: in memory one takes a third of the time. What is
# measured or crashed is on disk.
parent_of_data() {
  local needed_kib=$((8 << 20))
  if [ "$action" = start-in-memory ] && [ -w /dev/shm ] &&
    [ "$(df -k --output=avail /dev/shm | tail -n 1)" -ge $needed_kib ] &&
    [ "$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)" -ge $((needed_kib * 3 / 2)) ]; then
    echo /dev/shm
  else
    echo /tmp
  fi
}

make() {
  folder=$(mktemp -d "$(parent_of_data)/clientele-XXXXXX")
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  as_owner "$bin/initdb" -D "$folder/data" -U clientele --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
    --no-sync >"$state/initdb.log" 2>&1 9>&- || die "initdb failed, see $state/initdb.log"
  as_owner tee -a "$folder/data/postgresql.conf" >/dev/null <<EOF
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
full_page_writes = off
max_connections = 200
shared_buffers = 64MB
deadlock_timeout = 100ms
EOF
  printf '%s\n' "$folder" >"$state/folder"
}

case $action in
  start | start-in-memory | start-own)
    touch "$state/users/$user_pid"
    if ! running; then
      [ -n "$folder" ] && [ -d "$folder/data" ] || make
      launch
      printf 'host=%s user=clientele dbname=postgres\n' "$folder" >"$state/conninfo"
      [ "$action" = start-own ] ||
        echo "started a private PostgreSQL for tests; stop it with: $0 stop $state" >&2
    fi
    cat "$state/conninfo"
    ;;
  stop | stop-own)
    rm -f "$state/users/$user_pid"
    for other in "$state"/users/*; do
      [ -e "$other" ] || continue
      if kill -0 "${other##*/}" 2>/dev/null; then exit 0; fi
      rm -f "$other"
    done
    if running; then as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 9>&-; fi
    case $folder in /tmp/clientele-?????? | /dev/shm/clientele-??????) rm -rf "$folder" ;; esac
    rm -f "$state/folder" "$state/conninfo" "$state/initdb.log"
    ;;
  crash) as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 9>&- ;;
  resume) running || launch ;;
  *) die "unknown action $action" ;;
esac
