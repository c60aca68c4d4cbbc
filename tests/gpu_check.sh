#!/usr/bin/env bash
# Builds what runs models against a PyTorch folder, and checks on a GPU that models give there what
# they give on the CPU, that versions, batches and memory behave, and how fast it is (tests/gpu).
#
#   tests/gpu_check.sh [--torch FOLDER] [--packages FOLDER] [--device cuda:0] [--seconds 480] [--shared FOLDER]
#   tests/gpu_check.sh --fetch-packages FOLDER
#
#   --torch      a PyTorch folder with include/ and lib/, such as that of a Python wheel (default:
#                that of python3)
#   --packages   where the other libraries are, if not installed: a folder with usr/, or with Debian
#                packages (*.deb), such as --fetch-packages makes of a Debian machine's release
#   --device     cuda:N, or cpu: the whole check with smaller sizes, so that it is itself checked
#   --seconds    for everything; parts that no time is left for are named
#   --shared     published checkpoints and their goldens (default ../shared, where it is)
#
# Needs cmake, ninja and a C++20 compiler. Prints one JSON object a line, and a table for
# docs/measurements.md. Exit status: 0 when everything holds, 1 when something does not or does not
# build, 2 for other arguments, 77 when it was built and no GPU is at hand.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build="$root/build/gpu-check"
no_device=77
die() { echo "gpu_check.sh: $*" >&2; exit "${status:-1}"; }

# What common/cmake/ClienteleDependencies.cmake looks for in a build for inference alone.
packages_needed="libabsl-dev libblas-dev libcsv-dev libdnnl-dev libicu-dev libopenblas0-openmp
  libprotobuf-dev libsodium-dev libssl-dev libstemmer-dev nlohmann-json3-dev protobuf-compiler zlib1g-dev"

# fetch FOLDER: they, and the libraries that they need and every compiler has not.
fetch() {
  local -a names
  mkdir -p "$1"
  # shellcheck disable=SC2086
  mapfile -t names < <({
    printf '%s\n' $packages_needed
    apt-cache depends --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
      --recurse $packages_needed | grep -oE '^[a-z0-9][a-z0-9+.-]*$' |
      grep -E '^(lib(absl|blas|csv|dnnl|icu|openblas|protobuf|protoc|sodium|ssl|stemmer|gfortran|quadmath|tbb|utf8-range)|nlohmann-json3|protobuf-compiler|zlib1g)'
  } | sort -u)
  (cd "$1" && apt-get download "${names[@]}")
  echo "gpu_check.sh: ${#names[@]} packages in $1, $(du -sm "$1" | cut -f 1) MB"
}

torch='' packages='' device=cuda:0 seconds=480 shared=$root/../shared
status=2
while [ $# -gt 0 ]; do
  [ $# -gt 1 ] || die "$1 needs a value"
  case $1 in
    --torch) torch=$2 ;;
    --packages) packages=$2 ;;
    --device) device=$2 ;;
    --seconds) seconds=$2 ;;
    --shared) shared=$2 ;;
    --fetch-packages) status=1; fetch "$2"; exit 0 ;;
    *) die "it has no option $1" ;;
  esac
  shift 2
done
[[ $seconds =~ ^[0-9]+$ ]] || die "--seconds must be a whole number"
if [ -z "$torch" ]; then
  torch=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))' 2>/dev/null) ||
    die "name a PyTorch folder: --torch FOLDER (python3 has none)"
fi
for part in include lib; do [ -d "$torch/$part" ] || die "$torch has no $part/"; done
torch=$(realpath "$torch")
status=1

started=$SECONDS
left() { echo $((seconds - (SECONDS - started))); }
settings=(-DCMAKE_BUILD_TYPE=RelWithDebInfo -DCLIENTELE_INFERENCE_ONLY=ON -DCLIENTELE_WERROR=OFF
  "-DCLIENTELE_TORCH_FOLDER=$torch")
if [ -n "$packages" ]; then
  packages=$(realpath "$packages")
  if [ ! -d "$packages/usr" ]; then
    for package in "$packages"/*.deb; do
      [ -f "$package" ] || die "$packages has neither usr/ nor Debian packages"
      mkdir -p "$build/packages"
      dpkg-deb -x "$package" "$build/packages"
    done
    packages=$build/packages
  fi
  join() { local IFS=:; echo "$*"; }
  shopt -s nullglob
  settings+=("-DCMAKE_PREFIX_PATH=$packages/usr")
  # cblas.h is where no package's CMake files say.
  CPLUS_INCLUDE_PATH=$(join "$packages/usr/include" "$packages"/usr/include/*-linux-gnu "$packages"/usr/include/*-linux-gnu/blas)
  LD_LIBRARY_PATH=$(join "$packages"/usr/lib/*-linux-gnu "$packages"/usr/lib/*-linux-gnu/openblas-openmp "$packages"/lib/*-linux-gnu)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export CPLUS_INCLUDE_PATH LD_LIBRARY_PATH
fi

mkdir -p "$build"
log=$build/build.log
echo "==> building against $torch"
{ cmake -G Ninja -S "$root" -B "$build" "${settings[@]}" && timeout "$(left)" ninja -C "$build" -j "$(nproc)" bench_gpu_check; } \
  >"$log" 2>&1 || { tail -n 40 "$log" >&2; die "the build failed ($log)"; }
printf '{"bench": "gpu_build", "value": %d, "unit": "s", "vs": "%d cores", "ratio": 0}\n' $((SECONDS - started)) "$(nproc)"

arguments=(--device "$device" --seconds $(($(left) * 9 / 10)) --shared "$shared")
[ "$device" != cpu ] || arguments+=(--small)
result=0
timeout "$(left)" "$build/bin/bench/gpu_check" "${arguments[@]}" || result=$?
case $result in
  0) echo "gpu_check.sh: everything holds on $device, in $((SECONDS - started)) s" ;;
  "$no_device") echo "gpu_check.sh: it was built and nothing was checked: no GPU is at hand" ;;
  124) die "it did not end within $seconds s" ;;
  *) die "something does not hold on $device" ;;
esac
exit "$result"
