#!/usr/bin/env bash
# Builds the images and runs docker-compose.yml from them, without a container engine:
# a base image from mmdebstrap, Buildah with chroot isolation, and each container a
# chroot with the file's own user, environment, volumes and read-only root.
#
#   tests/image_build.sh [--release NAME] [FOLDER]
#
# NAME is the Debian release of the images, bookworm or trixie (default: the machine's own);
# FOLDER keeps images, layers and compiler cache (default /var/tmp/clientele-images; ~20 GB).
# Needs root, and PostgreSQL's server: it stands in for the image postgres:15. The
# mirror is the machine's own. Ends with the real size of each image.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
die() { echo "image_build.sh: $*" >&2; exit 1; }
step() { printf '==> %s\n' "$*"; }

# compose JQ_FILTER, service NAME JQ_FILTER: what docker-compose.yml says.
compose() { jq -r "$1" "$work/compose.json"; }
service() { compose ".services[\"$1\"] | $2"; }

# ---- Inside namespaces of our own: mounts, network and processes end with them.

volume_source() {
  case $1 in
    ./*) echo "$root/${1#./}" ;;
    *) echo "$work/volumes/$1" ;;
  esac
}

# make_root NAME: the container's file system, mounted at $work/root/NAME.
make_root() {
  local name=$1 image at target source options line
  at=$work/root/$name
  image=$(service "$name" .image)
  mkdir -p "$at" "$work/layer/$name"
  mount -t tmpfs tmpfs "$work/layer/$name"
  mkdir "$work/layer/$name/upper" "$work/layer/$name/work"
  mount -t overlay overlay "$at" \
    -o "lowerdir=$work/image/${image//[:\/]/-},upperdir=$work/layer/$name/upper,workdir=$work/layer/$name/work"
  cp "$work/hosts" "$at/etc/hosts"
  : >"$at/etc/resolv.conf"
  while IFS=: read -r source target options; do
    mkdir -p "$at$target"
    source=$(volume_source "$source")
    # A new volume takes the owner and mode of the folder that it covers.
    if [ ! -e "$source" ]; then
      mkdir -p "$source"
      chown --reference="$at$target" "$source"
      chmod --reference="$at$target" "$source"
    fi
  done < <(service "$name" '.volumes // [] | .[]')
  if [ "$(service "$name" .read_only)" = true ]; then mount -o remount,ro "$at"; fi
  while IFS=: read -r source target options; do
    mount --bind "$(volume_source "$source")" "$at$target"
    if [ "$options" = ro ]; then mount -o remount,bind,ro "$at$target"; fi
  done < <(service "$name" '.volumes // [] | .[]')
  while read -r target; do mount -t tmpfs tmpfs "$at$target"; done < <(service "$name" '.tmpfs // [] | .[]')
  mount -t proc proc "$at/proc"
  mount --rbind /dev "$at/dev"
}

# inside NAME COMMAND...: runs it with the container's user, environment and no rights.
inside() {
  local name=$1 user environment
  user=$(service "$name" .user)
  mapfile -t environment < <(service "$name" '.environment // {} | to_entries[] | "\(.key)=\(.value)"')
  exec chroot "$work/root/$name" /usr/bin/setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups \
    --no-new-privs --bounding-set=-all --inh-caps=-all \
    /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin "${environment[@]}" "${@:2}"
}

# container NAME [ARGUMENT...]: becomes what `docker compose run NAME` runs.
container() {
  local name=$1 image entry arguments
  image=$(service "$name" .image)
  mapfile -t entry < <(service "$name" '.entrypoint // [] | .[]')
  [ ${#entry[@]} -gt 0 ] || mapfile -t entry <"$work/image/${image//[:\/]/-}.entrypoint"
  mapfile -t arguments < <(service "$name" '.command // [] | .[]')
  [ $# -eq 1 ] || arguments=("${@:2}")
  [ -d "$work/root/$name" ] || make_root "$name"
  inside "$name" "${entry[@]}" "${arguments[@]}"
}

job() {
  step "$*"
  (container "$@") || die "$1 failed"
}

# The image's part is played by the installed server.
start_postgres() {
  local bin data=$work/postgres
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  install -d -o postgres -m 0700 "$data"
  install -o postgres -m 0400 "$work/volumes/postgres-secrets/owner-password" "$work/owner-password"
  as_postgres() { (cd / && runuser -u postgres -- "$@"); }
  as_postgres "$bin/initdb" -D "$data/data" -U clientele_owner --pwfile="$work/owner-password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >"$work/log/initdb.log"
  as_postgres "$bin/pg_ctl" -D "$data/data" -w -t 60 -l "$data/log" \
    -o "-c listen_addresses=127.0.0.1 -c unix_socket_directories=''" start >/dev/null
  PGPASSWORD=$(cat "$work/owner-password") psql -qX -h postgres -U clientele_owner -d postgres -c 'CREATE DATABASE clientele'
}

database_job() {
  local environment
  mapfile -t environment < <(service database '.environment | to_entries[] | "\(.key)=\(.value)"')
  env "${environment[@]}" "$root/deploy/docker/make-roles.sh" "$work/volumes/postgres-secrets" "$root/deploy/postgres/role.sql"
}

run_suite() {
  local name address start
  ip link set lo up
  printf '127.0.0.1 localhost postgres profile-service qa-service recommend-service gateway-service\n' >"$work/hosts"
  mount --bind "$work/hosts" /etc/hosts
  mkdir -p "$work/volumes" "$work/log" "$work/root" "$work/layer"

  job secrets
  job secrets  # changes nothing
  job starter-models
  job starter-models
  step "PostgreSQL"
  start_postgres
  database_job
  database_job
  for name in profile-service qa-service recommend-service; do job "$name-migration"; done

  declare -A process
  for name in profile-service qa-service recommend-service gateway-service; do
    make_root "$name"
    container "$name" >"$work/log/$name.log" 2>&1 &
    process[$name]=$!
  done
  for name in profile-service qa-service recommend-service gateway-service; do
    mapfile -t check < <(service "$name" '.healthcheck.test[1:] | .[]')
    start=$SECONDS
    until (inside "$name" "${check[@]}") >/dev/null 2>&1; do
      kill -0 "${process[$name]}" 2>/dev/null || { tail -n 5 "$work/log/$name.log" >&2; die "$name has ended"; }
      [ $((SECONDS - start)) -lt 180 ] || { tail -n 5 "$work/log/$name.log" >&2; die "$name is not healthy"; }
      sleep 0.5
    done
    printf '    %s: SERVING\n' "$name"
  done

  step "what a container must not do"
  (inside qa-service touch /models/x) 2>/dev/null && die "qa-service could write a model"
  (inside qa-service touch /usr/local/bin/x) 2>/dev/null && die "qa-service could write its root"
  (inside qa-service test -e /run/signing/model-signing.key) && die "qa-service sees the signing key"
  (inside gateway-service clientele recommend C100006) >/dev/null 2>&1 && die "a call without a token was answered"

  step "the sample company, a training and the tour"
  for name in customers items articles events; do
    (container clientele import "$name" "/sample/$name.csv") >"$work/log/import-$name.log" 2>&1 ||
      { tail -n 5 "$work/log/import-$name.log" >&2; die "importing $name failed"; }
  done
  job training
  job clientele status
  job clientele tour | tee "$work/log/tour.log"
  grep -q 'factorization with factorization/' "$work/log/tour.log" || die "the trained model does not serve"

  step "a stop"
  for name in gateway-service recommend-service qa-service profile-service; do
    kill -TERM "${process[$name]}"
    wait "${process[$name]}" || die "$name did not end well"
  done
}

if [ "${1:-}" = --inside ]; then
  work=$2
  run_suite
  exit 0
fi

# ---- On the machine.

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
if [ "${1:-}" = --release ]; then
  codename=${2:?--release needs a name}
  shift 2
fi
folder=${1:-/var/tmp/clientele-images}
base_image=localhost/clientele-base-$codename
[ "$(id -u)" = 0 ] || die "needs root (chroot, mount)"
for tool in buildah mmdebstrap jq yq; do
  command -v "$tool" >/dev/null || die "apt-get install buildah mmdebstrap jq yq iproute2"
done
mkdir -p "$folder/tmp"
# Where Buildah keeps the compiler cache of RUN --mount=type=cache.
export TMPDIR=$folder/tmp
buildah() { command buildah --root "$folder/storage" --runroot "$folder/run" "$@"; }

if ! buildah inspect --type image "$base_image" >/dev/null 2>&1; then
  step "a base image"
  # Without what a slim image has not either.
  mmdebstrap --quiet --variant=minbase --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' "$codename" "$folder/base.tar"
  base=$(buildah from scratch)
  buildah add -q "$base" "$folder/base.tar" / >/dev/null
  buildah commit -q "$base" "$base_image" >/dev/null
  buildah rm "$base" >/dev/null
  rm "$folder/base.tar"
fi

work=$(mktemp -d "$folder/suite-XXXXXX")
chmod 0755 "$work"
containers=()
finish() {
  for container in "${containers[@]}"; do buildah umount "$container" >/dev/null; buildah rm "$container" >/dev/null; done
  rm -rf --one-file-system "$work"
}
trap finish EXIT
yq . "$root/docker-compose.yml" >"$work/compose.json"

mapfile -t images < <(compose '.services[] | select(.build) | .image + " " + .build.target')
for image in "${images[@]}"; do
  step "${image% *}"
  start=$SECONDS
  nice -n 10 buildah --root "$folder/storage" --runroot "$folder/run" bud --quiet \
    --isolation chroot --layers --pull-never --build-arg BASE_IMAGE="$base_image" \
    -f "$root/deploy/docker/Dockerfile" --target "${image#* }" -t "localhost/${image% *}" "$root" \
    >"$folder/${image#* }.log" 2>&1 || { tail -n 20 "$folder/${image#* }.log" >&2; die "the build of ${image% *} failed"; }
  echo "    $((SECONDS - start)) s"
done

mkdir "$work/image"
for image in "${images[@]}"; do
  name=${image% *}
  container=$(buildah from --pull-never "localhost/$name")
  containers+=("$container")
  ln -s "$(buildah mount "$container")" "$work/image/${name//[:\/]/-}"
  buildah inspect --type image "localhost/$name" | jq -r '.OCIv1.config.Entrypoint[]' >"$work/image/${name//[:\/]/-}.entrypoint"
done

unshare --mount --propagation private --net --pid --fork --mount-proc --kill-child "$0" --inside "$work"

step "sizes"
for image in "${images[@]}"; do
  name=${image% *}
  printf '    %-36s %5d MB\n' "$name" \
    "$(du -sxm "$work/image/${name//[:\/]/-}/" | cut -f1)"
done
