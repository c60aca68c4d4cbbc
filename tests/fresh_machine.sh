#!/usr/bin/env bash
# Meets the project as a new user does: a root file system that holds a minimal
# Debian and git, a clone, and the README's two commands.
#
#   tests/fresh_machine.sh [--release NAME] [--keep] [FOLDER] [COMMAND...]
#
# NAME is a Debian release, bookworm or trixie (default: the machine's own); FOLDER is where the root
# is made (default /var/tmp); each COMMAND runs in place of the README's. --keep leaves the root
# there and says how to run further commands in it.
# Needs root and mmdebstrap. The mirror is the machine's own.
set -euo pipefail

if [ "${1:-}" = --inside ]; then
  # In a mount namespace of its own: whatever is mounted here ends with it.
  machine=$2
  source_root=$3
  mount -t proc proc "$machine/proc"
  mount --rbind /sys "$machine/sys"
  mount --rbind /dev "$machine/dev"
  if [ -d "$source_root/../shared/data" ]; then
    mkdir -p "$machine/shared/data"
    mount --bind "$source_root/../shared/data" "$machine/shared/data"
  fi
  run() {
    echo "--- $1"
    time chroot "$machine" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
      /bin/bash -c "cd /clientele && $1"
  }
  for command in "${@:4}"; do run "$command"; done
  exit 0
fi

codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
if [ "${1:-}" = --release ]; then
  codename=${2:?--release needs a name}
  shift 2
fi
keep=
if [ "${1:-}" = --keep ]; then keep=1; shift; fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-/var/tmp}
[ "$(id -u)" = 0 ] || { echo "fresh_machine.sh: needs root (chroot, mount)" >&2; exit 1; }
command -v mmdebstrap >/dev/null || { echo "fresh_machine.sh: apt-get install mmdebstrap" >&2; exit 1; }

machine=$(mktemp -d "$folder/clientele-fresh-XXXXXX")
inside=(unshare --mount --propagation private --pid --fork --kill-child "$0" --inside "$machine" "$root")
leave() {
  [ -n "$keep" ] || { rm -rf --one-file-system "$machine"; return; }
  echo "fresh_machine.sh: kept; run in it: ${inside[*]} COMMAND..."
}
trap leave EXIT
mmdebstrap --quiet --variant=minbase --include=git,ca-certificates "$codename" "$machine"
# How the machine itself reaches its mirror.
cp /etc/resolv.conf /etc/hosts "$machine/etc/"
for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*proxy*; do
  [ ! -f "$file" ] || cp "$file" "$machine/etc/apt/apt.conf.d/"
done
git clone -q "$root" "$machine/clientele"

commands=("${@:2}")
[ ${#commands[@]} -gt 0 ] || commands=('./dev up' './dev up' './dev down' './dev test')
"${inside[@]}" "${commands[@]}"
echo "fresh_machine.sh: $codename, minimal: every command worked"
