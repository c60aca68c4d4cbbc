#!/usr/bin/env bash
# Measures the suite as a small machine runs it (./dev up --edge) on one core: how long it takes to
# serve, and the memory of each process with the sample company and 10,000 articles.
#
#   tests/edge_check.sh [ARTICLES]
#
# Uses this checkout's own suite and leaves it stopped. Memory is PSS (/proc/PID/smaps_rollup): what
# several processes share counts once.
set -euo pipefail

articles=${1:-10000}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
local_dir="$root/build/local"
cd "$root"

one_core() { taskset -c 0 "$@"; }

# Kilobytes of the process and of those that it started.
pss() {
  local pid sum=0 part
  for pid in "$@"; do
    part=$(awk '/^Pss:/ {print $2}' "/proc/$pid/smaps_rollup" 2>/dev/null || echo 0)
    sum=$((sum + part))
  done
  echo "$sum"
}

report() {
  local service total=0 kilobytes pids
  echo "--- $1"
  for service in profile-service qa-service recommend-service gateway-service; do
    kilobytes=$(pss "$(cat "$local_dir/run/$service.pid")")
    total=$((total + kilobytes))
    printf '%-20s %5d MB\n' "$service" $((kilobytes / 1024))
  done
  pids=$(head -n 1 "$(cat "$local_dir/postgres.path")/data/postmaster.pid")
  # shellcheck disable=SC2046
  kilobytes=$(pss "$pids" $(pgrep -P "$pids"))
  total=$((total + kilobytes))
  printf '%-20s %5d MB\n' postgresql $((kilobytes / 1024))
  printf '%-20s %5d MB\n' together $((total / 1024))
}

one_core ./dev up --edge
report "the sample company"

table=$(mktemp)
trap 'rm -f "$table"' EXIT
awk -v n="$articles" 'BEGIN {
  srand(7); print "article_id,title,body,language_code";
  split("parcel refund garden kettle lamp invoice account voucher delivery warranty colour size return exchange courier payment receipt gift basket order", w, " ");
  for (i = 1; i <= n; ++i) {
    body = "";
    for (k = 0; k < 60; ++k) body = body w[int(rand() * 20) + 1] int(rand() * 400) " ";
    printf "edge-%d,How about %s %d,%s,en\n", i, w[int(rand() * 20) + 1], i, body;
  }
}' >"$table"
client="$root/build/dev/bin/clientele"
one_core "$client" import articles "$table" >/dev/null
# The newest article is found when all before it are.
for _ in $(seq 600); do
  "$client" ask "How about $articles" --json 2>/dev/null | grep -q "edge-$articles" && break
  sleep 1
done
report "with $articles articles"

./dev down
begin=$(date +%s.%N)
one_core ./dev up --edge >/dev/null
end=$(date +%s.%N)
awk -v a="$begin" -v b="$end" 'BEGIN { printf "started, PostgreSQL to tour: %.1f s\n", b - a }'
report "after a restart"
./dev down
