# The table of RELIABILITY.md, from what the tests of faults counted. Sourced by ./dev.

write_reliability_table() {
  local page="$root/RELIABILITY.md" fresh
  fresh=$(mktemp)
  awk '/<!-- table -->/ { exit } { print }' "$page" >"$fresh"
  {
    echo '<!-- table -->'
    echo
    echo "Made on $(date -u +%F) by \`./dev reliability\`, $(nproc) cores, at commit $(git -C "$root" rev-parse --short HEAD)."
    echo
    echo '| fault | rounds | acknowledged | lost | duplicated | longest recovery | test |'
    echo '|---|---|---|---|---|---|---|'
    cat "$root"/build/dev/reliability/*.md
  } >>"$fresh"
  cat "$fresh" >"$page"
  rm -f "$fresh"
  note "wrote RELIABILITY.md"
}
