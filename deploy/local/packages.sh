# Installs what is missing from Debian's registry. Sourced by ./dev.

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo -n "$@" || sudo "$@"
  else
    die "this step needs root: run as root, or install sudo ('$*')"
  fi
}

# Counts the packages as they are unpacked and set up: the long part of a first run.
show_apt_progress() {
  local line unpacked=0 ready=0
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log_dir/packages.log"
    case $line in
      Unpacking*) unpacked=$((unpacked + 1)) ;;
      "Setting up"*) ready=$((ready + 1)) ;;
      *) continue ;;
    esac
    if [ -t 1 ]; then
      printf '\r    %d unpacked, %d set up ' "$unpacked" "$ready"
    elif [ $(((unpacked + ready) % 100)) = 0 ]; then
      note "$unpacked unpacked, $ready set up"
    fi
  done
  [ ! -t 1 ] || printf '\r    %d packages set up              \n' "$ready"
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o Dpkg::Use-Pty=0 "$@" 2>&1 </dev/null | show_apt_progress ||
    die "apt-get could not install: $* (see $log_dir/packages.log)"
}

is_installed() { dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii'; }

missing_of() {
  local package
  for package in "$@"; do is_installed "$package" || printf '%s ' "$package"; done
}

# The machine's own Debian source with the suite changed to backports, so that
# whatever mirror it uses is used again. Prints a deb822 stanza or a one-line entry.
backports_source() {
  local codename=$1 file
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    awk -v suite="$codename" 'BEGIN { RS = ""; FS = "\n" }
      {
        found = 0
        for (i = 1; i <= NF; i++)
          if ($i ~ /^Suites:/ && (" " substr($i, 8) " ") ~ ("[ \t]" suite "[ \t]")) found = 1
        if (!found) next
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^#/) continue
          if ($i ~ /^Suites:/) $i = "Suites: " suite "-backports"
          if ($i ~ /^Components:/) $i = "Components: main"
          print $i
        }
        exit
      }' "$file" | grep . && return 0
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] || continue
    awk -v suite="$codename" '$1 == "deb" {
        for (i = 2; i <= NF; i++) if ($i == suite) {
          line = $1
          for (j = 2; j < i; j++) line = line " " $j
          print line " " suite "-backports main"
          exit
        }
      }' "$file" | grep . && return 0
  done
  return 1
}

add_backports() {
  local codename entry target
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  entry=$(backports_source "$codename") ||
    die "no Debian source for '$codename' was found under /etc/apt: add one, then run again"
  case $entry in
    deb\ *) target=/etc/apt/sources.list.d/clientele-backports.list ;;
    *) target=/etc/apt/sources.list.d/clientele-backports.sources ;;
  esac
  printf '%s\n' "$entry" | as_root tee "$target" >/dev/null
  as_root apt-get update -qq >>"$log_dir/packages.log" 2>&1 ||
    die "apt-get update failed after adding $codename-backports (see $log_dir/packages.log)"
}

catch2_is_3() { dpkg-query -W -f='${Version}' catch2 2>/dev/null | grep -q '^3'; }

ensure_packages() {
  local wanted missing
  wanted=$(grep -v '^#' "$root/deploy/local/packages.txt")
  # shellcheck disable=SC2086
  missing=$(missing_of $wanted)
  if [ -z "$missing" ] && catch2_is_3; then return 0; fi
  command -v apt-get >/dev/null 2>&1 || die "this needs Debian 12 or 13 (apt-get is not here)"
  step "installing packages: ${missing:-}catch2"
  as_root apt-get update -qq >>"$log_dir/packages.log" 2>&1 ||
    die "apt-get update failed (see $log_dir/packages.log)"
  # A server package would start a cluster of its own and take port 5432; ours is private.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  # shellcheck disable=SC2086
  [ -z "$missing" ] || apt_install $missing
  if ! catch2_is_3; then
    if ! apt-cache policy catch2 | awk '/Candidate:/ { print $2 }' | grep -q '^3'; then add_backports; fi
    local suite
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")-backports
    if apt-cache policy catch2 | awk '/Candidate:/ { print $2 }' | grep -q '^3'; then
      apt_install catch2
    else
      apt_install -t "$suite" catch2
    fi
  fi
  # Alternatives decide which BLAS every program on the machine loads; they are
  # left alone. Services check at start what they got.
}

ensure_also() {
  local missing
  missing=$(missing_of "$@")
  [ -z "$missing" ] && return 0
  step "installing $missing"
  as_root apt-get update -qq >>"$log_dir/packages.log" 2>&1 || true
  # shellcheck disable=SC2086
  apt_install $missing
}

# jq reads the list of compile commands.
ensure_lint_packages() { ensure_also clang-format-16 clang-tidy-16 jq; }
# llvm-16 has the symbolizer that findings are read with.
ensure_fuzz_packages() { ensure_also clang-16 libclang-rt-16-dev llvm-16 libomp-16-dev; }
