#!/bin/sh
# Prints what `apt-get satisfy` must install so that the given binaries run: the packages of
# the libraries they link. Their names carry versions, and so differ between Debian's releases.
#
#   runtime-packages.sh build/dev/bin/gateway-service build/dev/bin/clientele
#
# With TORCH_FOLDER, libtorch is of that folder and of no package.
set -eu
binaries=$(realpath "$@")
# dpkg-shlibdeps asks for a source package around it.
source=$(mktemp -d)
trap 'rm -r "$source"' EXIT
mkdir "$source/debian"
: >"$source/debian/control"
cd "$source"
# shellcheck disable=SC2086
dpkg-shlibdeps -O ${TORCH_FOLDER:+-l"$TORCH_FOLDER/lib" --ignore-missing-info} $binaries 2>"$source/warnings" | sed -n 's/^shlibs:Depends=//p' | grep . ||
  { cat "$source/warnings" >&2; exit 1; }
