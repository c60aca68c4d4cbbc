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
  [ -f "$root/build/dev/compile_commands.json" ] || configure dev
  ninja -C "$root/build/dev" clientele_protos >/dev/null || die "the protos do not build"
  # clang-16 reads the headers of torch 1.13 as C++20 only when ivalue.h comes first, and no
  # headers that gcc compiled: each file is read as if it stood alone.
  local commands="$root/build/lint"
  mkdir -p "$commands"
  sed -E 's/ -Winvalid-pch -include [^ ]*cmake_pch\.hxx//' "$root/build/dev/compile_commands.json" \
    >"$commands/compile_commands.json"
  local torch_folders='^(common/(inference|modeling|training)|services/[^/]+/(model|training)|tools/clientele-models|tests/(unit/(inference|checkpoint_import|foreign_models|starter|training)|bench/models))/'
  local torch plain
  torch=$(printf '%s\n' "$changed" | grep -E "$torch_folders" || true)
  plain=$(printf '%s\n' "$changed" | grep -vE "$torch_folders" || true)
  (cd "$root" && printf '%s\n' "$plain" | xargs -r -P 2 -n 2 clang-tidy-16 -p "$commands" --quiet &&
    printf '%s\n' "$torch" | xargs -r -P 2 -n 2 clang-tidy-16 -p "$commands" --quiet \
      --extra-arg-before=-include --extra-arg-before=ATen/core/ivalue.h) ||
    die "clang-tidy found something"
}

lint_protos() {
  if ! command -v npm >/dev/null 2>&1; then
    note "buf: skipped, npm is not installed (apt-get install npm)"
    return 0
  fi
  ensure_buf
  step "buf lint"
  (cd "$root/protos" && "$buf" lint) || die "buf lint found something"
  if git -C "$root" rev-parse -q --verify HEAD~1 >/dev/null && git -C "$root" cat-file -e HEAD~1:protos/buf.yaml 2>/dev/null; then
    step "buf breaking"
    (cd "$root" && "$buf" breaking protos --against ".git#ref=HEAD~1,subdir=protos") ||
      die "this changes the v1 surface incompatibly"
  fi
}

# buf, at the version that tools/lint/package-lock.json pins.
ensure_buf() {
  buf="$root/tools/lint/node_modules/.bin/buf"
  [ -x "$buf" ] && return 0
  step "installing buf (npm)"
  (cd "$root/tools/lint" && npm ci --no-audit --no-fund >"$log_dir/npm.log" 2>&1) ||
    die "npm ci failed in tools/lint (see $log_dir/npm.log)"
}
