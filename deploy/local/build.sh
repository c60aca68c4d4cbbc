# Configures and builds. Sourced by ./dev.

# configure PRESET: only when there is no build yet; ninja reconfigures by itself.
configure() {
  if [ ! -f "$root/build/$1/build.ninja" ]; then
    step "configuring ($1)"
    # Warnings are errors in CI, not on a user's compiler, which may know others.
    local werror=OFF
    if [ -n "${CI:-}" ] && [ "$1" != fuzz ]; then werror=ON; fi
    cmake -S "$root" --preset "$1" -DCLIENTELE_WERROR="$werror" >"$log_dir/configure-$1.log" 2>&1 ||
      { tail -n 20 "$log_dir/configure-$1.log" >&2; die "cmake failed (see $log_dir/configure-$1.log)"; }
  fi
}

# compile PRESET TARGET...: shows ninja's own progress line.
compile() {
  local preset=$1
  shift
  step "building (${preset})"
  ninja -C "$root/build/$preset" "$@" || die "the build failed"
}
