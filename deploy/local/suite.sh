# Starts and stops the four services of this checkout. Sourced by ./dev.

services="profile-service qa-service recommend-service gateway-service"

service_port() {
  case $1 in
    gateway-service) echo 50050 ;;
    profile-service) echo 50051 ;;
    qa-service) echo 50052 ;;
    recommend-service) echo 50053 ;;
  esac
}

service_pid() {
  local pid
  pid=$(cat "$local_dir/run/$1.pid" 2>/dev/null) || return 1
  # A pid file can outlive its process and the number be given to another.
  [ "$(ps -o comm= -p "$pid" 2>/dev/null | cut -c1-15)" = "$(printf %s "$1" | cut -c1-15)" ] && echo "$pid"
}

# The environment of one service: its own database role and its own keys only.
service_env() {
  local short=${1%-service}
  if [ "$1" != gateway-service ]; then
    printf 'CLIENTELE_DATABASE_URL_FILE=%s\n' "$local_dir/database/$short.url"
    printf 'CLIENTELE_DATA_KEY_FILE=%s\n' "$local_dir/keys/$short-data.key"
    printf 'CLIENTELE_MODEL_DIR=%s\n' "$local_dir/models"
    printf 'CLIENTELE_MODEL_PUBLIC_KEY_FILE=%s\n' "$local_dir/keys/model-signing.pub"
  fi
  # Flags of another service are variables that this one does not read.
  [ ! -f "$local_dir/edge" ] || grep -v '^#' "$root/deploy/local/edge.env"
  case $1 in
    profile-service)
      printf 'CLIENTELE_TEXT_ENCODER=clientele-encoder\n'
      printf 'CLIENTELE_IMAGE_ENCODER=clientele-vision\n'
      printf 'CLIENTELE_PROFILE_FUSER=clientele-fuser\n'
      ;;
    qa-service)
      printf 'CLIENTELE_PROFILE_SERVICE_ADDRESS=127.0.0.1:50051\n'
      printf 'CLIENTELE_TEXT_ENCODER=clientele-encoder\n'
      ;;
    recommend-service)
      printf 'CLIENTELE_PROFILE_SERVICE_ADDRESS=127.0.0.1:50051\n'
      printf 'CLIENTELE_SIGNING_KEY_FILE=%s\n' "$local_dir/keys/model-signing.key"
      ;;
    gateway-service)
      printf 'CLIENTELE_PROFILE_SERVICE_ADDRESS=127.0.0.1:50051\n'
      printf 'CLIENTELE_QA_SERVICE_ADDRESS=127.0.0.1:50052\n'
      printf 'CLIENTELE_RECOMMEND_SERVICE_ADDRESS=127.0.0.1:50053\n'
      ;;
  esac
}

# with_env SERVICE COMMAND...: runs the command in the service's environment.
with_env() {
  local variables
  mapfile -t variables < <(service_env "$1")
  env "${variables[@]}" "${@:2}"
}

# The operator's client, with the address of each service.
client() { with_env gateway-service "$bin_dir/clientele" "$@"; }

# use_size edge|full: what the suite is started with from now on; what runs otherwise is stopped.
use_size() {
  local now=full
  [ ! -f "$local_dir/edge" ] || now=edge
  [ "$1" = "$now" ] && return 0
  suite_stop
  postgres_down
  if [ "$1" = edge ]; then touch "$local_dir/edge"; else rm -f "$local_dir/edge"; fi
}

make_keys() {
  mkdir -p "$local_dir/keys"
  chmod 700 "$local_dir/keys"
  if [ ! -f "$local_dir/keys/model-signing.key" ]; then
    step "making local keys"
    "$bin_dir/clientele-models" keygen --out "$local_dir/keys" >"$log_dir/keygen.log" 2>&1 ||
      die "could not make the model signing key (see $log_dir/keygen.log)"
  fi
  local short
  for short in profile qa recommend; do
    [ -f "$local_dir/keys/$short-data.key" ] && continue
    "$bin_dir/clientele-models" keygen --data "$local_dir/keys/$short-data.key" >>"$log_dir/keygen.log" 2>&1 ||
      die "could not make the data key of $short-service (see $log_dir/keygen.log)"
  done
}

make_sample() {
  if [ ! -f "$local_dir/sample/.complete" ]; then
    step "generating the sample company"
    rm -rf "$local_dir/sample"
    "$bin_dir/sample-data" --out "$local_dir/sample" >"$log_dir/sample-data.log" 2>&1 ||
      die "the sample company could not be generated (see $log_dir/sample-data.log)"
    touch "$local_dir/sample/.complete"
  fi
}

make_starter_models() {
  if [ ! -d "$local_dir/models/starter-profile-fuser" ]; then
    step "training the starter models (about a minute)"
    "$bin_dir/clientele-models" starter --texts "$local_dir/sample/texts.txt" --out "$local_dir/models" \
      --signing_key "$local_dir/keys/model-signing.key" 2>&1 | tee "$log_dir/starter-models.log" | sed 's/^/    /' ||
      die "the starter models could not be built (see $log_dir/starter-models.log)"
    [ -d "$local_dir/models/starter-profile-fuser" ] || die "the starter models are missing (see $log_dir/starter-models.log)"
  fi
}

install_box_models() {
  PATH="$bin_dir:$PATH" "$root/deploy/models/install.sh" "$local_dir/models" \
    "$local_dir/keys/model-signing.key" >"$log_dir/box-models.log" 2>&1 ||
    die "the models in the box could not be installed (see $log_dir/box-models.log)"
}

migrate_all() {
  local service
  for service in profile-service qa-service recommend-service; do
    with_env "$service" "$bin_dir/$service" --migrate_and_exit \
      >"$log_dir/$service-migrate.log" 2>&1 || {
      tail -n 5 "$log_dir/$service-migrate.log" >&2
      die "$service could not migrate its schema (see $log_dir/$service-migrate.log)"
    }
  done
}

suite_start() {
  local service pid variables
  mkdir -p "$local_dir/run"
  for service in $services; do
    if pid=$(service_pid "$service") && [ -n "$pid" ]; then
      # A binary built since the process started is restarted.
      if [ "$bin_dir/$service" -ot "$local_dir/run/$service.pid" ]; then continue; fi
      service_stop "$service"
    fi
    mapfile -t variables < <(service_env "$service")
    # Not with_env: the process in the background must be the service itself.
    env "${variables[@]}" setsid "$bin_dir/$service" --port "$(service_port "$service")" \
      >>"$log_dir/$service.log" 2>&1 </dev/null &
    echo $! >"$local_dir/run/$service.pid"
  done
}

service_stop() {
  local pid i
  pid=$(service_pid "$1") && [ -n "$pid" ] || return 0
  kill -TERM "$pid" 2>/dev/null || true
  for i in $(seq 150); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  if kill -0 "$pid" 2>/dev/null; then kill -KILL "$pid"; note "$1 did not drain in 30 s and was killed"; fi
  rm -f "$local_dir/run/$1.pid"
}

suite_stop() {
  local service stopped=
  # Front door first, so that nothing new arrives behind it.
  for service in gateway-service recommend-service qa-service profile-service; do
    if [ -n "$(service_pid "$service")" ]; then service_stop "$service"; stopped="$stopped $service"; fi
  done
  [ -z "$stopped" ] || note "stopped:$stopped"
}

# The first service that has exited, which leaves a zombie where this shell started it.
exited_service() {
  local service state
  for service in $services; do
    state=$(ps -o stat= -p "$(cat "$local_dir/run/$service.pid" 2>/dev/null || echo 0)" 2>/dev/null || true)
    case $state in "" | Z*) echo "$service"; return ;; esac
  done
}

wait_until_serving() {
  local waiting exited= code=0
  step "waiting until all four services are SERVING"
  client status --wait 120 >"$log_dir/wait.log" 2>&1 &
  waiting=$!
  # A service that has exited does not come back: not worth waiting for.
  while kill -0 "$waiting" 2>/dev/null; do
    exited=$(exited_service)
    [ -z "$exited" ] || break
    sleep 0.2
  done
  if [ -n "$exited" ]; then
    # The client is the child of the shell in the background.
    kill $(ps -o pid= --ppid "$waiting") "$waiting" 2>/dev/null || true
    wait "$waiting" 2>/dev/null || true
    printf -- '--- %s has exited; its last line:\n' "$exited" >&2
    tail -n 1 "$log_dir/$exited.log" >&2
    die "$exited could not start (its log is $log_dir/$exited.log)"
  fi
  wait "$waiting" || code=$?
  [ "$code" -ne 0 ] || return 0
  cat "$log_dir/wait.log" >&2
  die "the suite did not come up (logs are in $log_dir)"
}

import_sample() {
  [ -f "$local_dir/imported" ] && return 0
  local sample="$local_dir/sample"
  step "importing the sample company through the gateway"
  client import customers "$sample/customers.csv" || die "importing customers failed"
  client import consents "$sample/consents.csv" || die "importing consents failed"
  client import items "$sample/items.csv" || die "importing items failed"
  client import articles "$sample/articles.csv" || die "importing articles failed"
  client import events "$sample/events.csv" || die "importing events failed"
  step "training the factorization, and the ranker over it, on the sample company"
  client train && client train --hybrid ||
    die "training failed (see $log_dir/recommend-service.log)"
  touch "$local_dir/imported"
}
