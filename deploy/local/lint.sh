# Formatting, protos and static analysis. Sourced by ./dev.

own_sources() { (cd "$root" && git ls-files --cached --others --exclude-standard '*.cc' '*.h'); }

lint_format() {
  step "clang-format"
  (cd "$root" && own_sources | xargs -r clang-format-16 --dry-run --Werror) ||
    die "some files are not formatted: ./dev format"
}

# Static analysis of the files that differ from BASE (default: the main branch's
# last commit before the current one), because a torch file takes 30 s each.
lint_tidy() {
  local base=${CLIENTELE_LINT_BASE:-HEAD~1} changed
  changed=$(cd "$root" && { git diff --name-only --diff-filter=d "$base" -- '*.cc' 2>/dev/null; git ls-files --others --exclude-standard '*.cc'; } | sort -u)
  [ -n "$changed" ] || { note "clang-tidy: no C++ file changed"; return 0; }
  local limit=${CLIENTELE_LINT_MAX_FILES:-40} count
  count=$(printf '%s\n' "$changed" | wc -l)
  step "clang-tidy ($count changed files)"
  if [ "$count" -gt "$limit" ]; then
    note "only the first $limit are read: set CLIENTELE_LINT_MAX_FILES=$count for all"
    changed=$(printf '%s\n' "$changed" | head -n "$limit")
  fi
  # Each file is read as if it stood alone.
  local commands="$root/build/lint"
  list_commands "$commands" OFF
  local with_torch torch plain
  with_torch=$(jq -r --arg root "$root/" '.[] | select(.command | test("libtorch|torch/csrc")) | .file | ltrimstr($root)' \
    "$commands/compile_commands.json")
  torch=$(printf '%s\n' "$changed" | grep -xFf <(printf '%s\n' "$with_torch") || true)
  plain=$(printf '%s\n' "$changed" | grep -vxFf <(printf '%s\n' "$with_torch") || true)
  (cd "$root" && printf '%s\n' "$plain" | xargs -r -P 2 -n 2 clang-tidy-16 -p "$commands" --quiet &&
    printf '%s\n' "$torch" | xargs -r -P 2 -n 2 clang-tidy-16 -p "$commands" --quiet \
      "${torch_first[@]}") ||
    die "clang-tidy found something"
}

# list_commands FOLDER UNITY: compile commands for clang-tidy, and what they need generated.
list_commands() {
  cmake -S "$root" -B "$1" -G Ninja "-DCLIENTELE_UNITY=$2" -DCLIENTELE_PRECOMPILE=OFF \
    >"$log_dir/configure-lint.log" 2>&1 || die "cmake failed (see $log_dir/configure-lint.log)"
  ninja -C "$1" clientele_protos_sources >/dev/null || die "the protos cannot be generated"
}

# clang-16 reads the headers of torch 1.13 as C++20 only when ivalue.h comes first.
torch_first=(--extra-arg-before=-include --extra-arg-before=ATen/core/ivalue.h)

# Static analysis of every file, those of a library together as they are compiled, so that its
# headers are read once.
lint_tidy_all() {
  local commands="$root/build/lint-all" units
  step "clang-tidy (all files)"
  list_commands "$commands" ON
  ninja -C "$commands" -t targets all | sed -n 's/^\(services.*_migrations\.cc\): .*/\1/p' |
    xargs -r ninja -C "$commands" >/dev/null || die "the migrations cannot be embedded"
  # Each with what it is read as: with torch or without, of a test or not.
  units=$(jq -r --arg tests "$root/tests/" '[.[] | select(.file | test("/generated/|_migrations.cc$") | not)] | unique_by(.file)[]
    | (if .command | test("libtorch|torch/csrc") then "torch" else "plain" end)
      + (if .file | startswith($tests) or contains("/lint-all/tests/") then "-test " else " " end)
      + .file' \
    "$commands/compile_commands.json")
  tidy_units plain && tidy_units torch "${torch_first[@]}" &&
    tidy_units plain-test && tidy_units torch-test "${torch_first[@]}" ||
    die "clang-tidy found something"
}

# tidy_units KIND ARGUMENTS: reads the units of that kind. What only a file of several sources has
# is not looked for: includes of sources, a flag that only gcc knows, and names that different
# namespaces declare.
tidy_units() {
  local kind=$1 checks=-bugprone-suspicious-include,-bugprone-forward-declaration-namespace
  shift
  case $kind in *-test) checks+=,$(sed -n 's/^  \(-.*\)$/\1/p' "$root/tests/.clang-tidy" | tr -d '\n') ;; esac
  printf '%s\n' "$units" | sed -n "s/^$kind //p" |
    xargs -r -P 2 -n 1 clang-tidy-16 -p "$commands" --quiet "--checks=$checks" \
      --extra-arg=-Wno-unknown-warning-option "$@"
}

lint_protos() {
  if ! command -v npm >/dev/null 2>&1; then
    note "buf: skipped, npm is not installed (apt-get install npm)"
    return 0
  fi
  ensure_buf
  step "buf lint"
  (cd "$root/protos" && "$buf" lint) || die "buf lint found something"
  lint_breaking
}

# The surface must stay compatible with what it was when protos/breaking-base last changed.
lint_breaking() {
  local base guarded
  if [ -n "$(git -C "$root" status --porcelain -- protos/breaking-base)" ]; then
    note "buf breaking: skipped, this change moves protos/breaking-base"
    return 0
  fi
  base=$(git -C "$root" log -1 --format=%H -- protos/breaking-base)
  [ -n "$base" ] || die "protos/breaking-base is in no commit: buf breaking has nothing to compare with"
  step "buf breaking (since ${base:0:12})"
  guarded=$(mktemp -d)
  git -C "$root" archive "$base" protos | tar -x -C "$guarded"
  (cd "$root" && "$buf" breaking protos --against "$guarded/protos") ||
    die "this breaks the surface of $base: mend it, or say so in protos/breaking-base (CONTRIBUTING.md)"
  rm -rf "$guarded"
}

# buf, at the version that tools/lint/package-lock.json pins.
ensure_buf() {
  buf="$root/tools/lint/node_modules/.bin/buf"
  [ -x "$buf" ] && return 0
  step "installing buf (npm)"
  (cd "$root/tools/lint" && npm ci --no-audit --no-fund >"$log_dir/npm.log" 2>&1) ||
    die "npm ci failed in tools/lint (see $log_dir/npm.log)"
}
