# A private PostgreSQL cluster for this checkout: no account, no configuration.
# Sourced by ./dev. PostgreSQL refuses to run as root: there it runs as the
# package's own 'postgres' user, in a folder that user can reach.

pg_user() { if [ "$(id -u)" = 0 ]; then echo postgres; else id -un; fi; }

as_pg_user() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

pg_bin() {
  local dir
  for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
    [ -x "$dir/initdb" ] && { echo "$dir"; return 0; }
  done
  die "PostgreSQL's server is not installed: apt-get install postgresql"
}

# Where the cluster lives: under build/ where its user can reach that, else
# beside the packaged clusters under a name made from the checkout's path.
pg_dir() {
  if [ -f "$local_dir/postgres.path" ]; then cat "$local_dir/postgres.path"; return 0; fi
  local dir="$local_dir/postgres"
  mkdir -p "$dir"
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$dir"
    if ! as_pg_user test -w "$dir"; then
      rmdir "$dir"
      dir="/var/lib/postgresql/clientele-$(printf %s "$root" | sha256sum | cut -c1-12)"
      install -d -o postgres -m 0700 "$dir"
    fi
  fi
  printf '%s\n' "$dir" | tee "$local_dir/postgres.path"
}

# A socket's path is limited to about 100 bytes.
pg_socket_dir() { if [ ${#1} -le 80 ]; then echo "$1"; else echo /tmp; fi; }

pg_is_up() { as_pg_user "$(pg_bin)/pg_ctl" -D "$1/data" status >/dev/null 2>&1; }

# The first port from $1 on that nobody listens on.
free_port() {
  local port=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# Starts the cluster (made on first use) and leaves connection strings in
# $local_dir/database/<service>.url, one role for each service.
pg_settings() {
  if [ -f "$local_dir/edge" ]; then
    echo "-c shared_buffers=48MB -c max_connections=40 -c max_wal_size=256MB -c work_mem=2MB -c maintenance_work_mem=16MB -c max_parallel_workers=0 -c jit=off"
  else
    echo "-c shared_buffers=256MB -c max_connections=100 -c max_wal_size=2GB"
  fi
}

postgres_up() {
  if [ -n "${DATABASE_URL:-}" ]; then
    note "using the PostgreSQL that DATABASE_URL names"
    mkdir -p "$local_dir/database"
    local service
    for service in profile qa recommend; do
      (umask 077; printf '%s\n' "$DATABASE_URL" >"$local_dir/database/$service.url")
    done
    return 0
  fi
  local dir bin port role password
  dir=$(pg_dir); bin=$(pg_bin)
  if [ ! -f "$dir/data/PG_VERSION" ]; then
    step "making a private PostgreSQL cluster"
    rm -f "$local_dir/imported"
    as_pg_user "$bin/initdb" -D "$dir/data" -U clientele_owner --auth=peer --auth-host=scram-sha-256 \
      --encoding=UTF8 --locale=C.UTF-8 >"$log_dir/postgres-initdb.log" 2>&1 ||
      die "initdb failed (see $log_dir/postgres-initdb.log)"
    # The operating-system user that runs the cluster administers it over its
    # socket; everyone else needs a password over loopback.
    as_pg_user sh -c "printf 'local all clientele_owner peer map=owner\nhost all all 127.0.0.1/32 scram-sha-256\n' >'$dir/data/pg_hba.conf'
      printf 'owner $(pg_user) clientele_owner\n' >'$dir/data/pg_ident.conf'"
  fi
  if ! pg_is_up "$dir"; then
    # Another checkout's cluster may have the usual port; the connection strings
    # are made anew below.
    port=${CLIENTELE_POSTGRES_PORT:-$(free_port 50432)}
    echo "$port" >"$local_dir/postgres.port"
    rm -rf "$local_dir/database"
    as_pg_user "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 \
      -o "-c listen_addresses=127.0.0.1 -p $port -k '$(pg_socket_dir "$dir")' $(pg_settings)" \
      start >"$log_dir/postgres-start.log" 2>&1 || {
      tail -n 5 "$dir/server.log" >&2
      die "PostgreSQL did not start (see $dir/server.log)"
    }
  fi
  port=$(cat "$local_dir/postgres.port")
  local psql=("$bin/psql" -h "$(pg_socket_dir "$dir")" -p "$port" -U clientele_owner -qAtX -v ON_ERROR_STOP=1)
  if ! as_pg_user "${psql[@]}" -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'clientele'" | grep -q 1; then
    as_pg_user "${psql[@]}" -d postgres -c "CREATE DATABASE clientele" || die "could not make the database"
  fi
  mkdir -p "$local_dir/database"
  for role in profile qa recommend; do
    [ -f "$local_dir/database/$role.url" ] && continue
    password=$(secret)
    # Through standard input: arguments can be read by every process of the machine.
    { printf "\\\\set service %s\n\\\\set password '%s'\n" "$role" "$password"
      cat "$root/deploy/postgres/role.sql"; } | as_pg_user "${psql[@]}" -d clientele >/dev/null ||
      die "could not make the database role $role"
    (umask 077
     printf 'postgresql://clientele_%s:%s@127.0.0.1:%s/clientele\n' "$role" "$password" "$port" \
       >"$local_dir/database/$role.url")
  done
}

postgres_down() {
  [ -f "$local_dir/postgres.path" ] || return 0
  local dir
  dir=$(cat "$local_dir/postgres.path")
  if pg_is_up "$dir"; then
    as_pg_user "$(pg_bin)/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null && note "postgres stopped"
  fi
}
