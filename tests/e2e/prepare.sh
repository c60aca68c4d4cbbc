#!/usr/bin/env bash
# Makes what the end-to-end tests share: keys, a small sample company and the
# starter models trained on it. ctest runs it once before them.
#
#   tests/e2e/prepare.sh BIN_DIR OUT_DIR
set -euo pipefail
bin=$1 out=$2

# Made again only when the tools that make it are newer.
if [ -f "$out/.complete" ] && [ "$out/.complete" -nt "$bin/sample-data" ] && [ "$out/.complete" -nt "$bin/clientele-models" ]; then
  exit 0
fi
rm -rf "$out"
mkdir -p "$out/keys"
"$bin/clientele-models" keygen --out "$out/keys"
"$bin/clientele-models" keygen --data "$out/keys/data.key"
"$bin/sample-data" --out "$out/sample" --customers 300 --items 120 --months 3
"$bin/clientele-models" starter --texts "$out/sample/texts.txt" --out "$out/models" --signing_key "$out/keys/model-signing.key"
PATH="$bin:$PATH" "$(dirname "$0")/../../deploy/models/install.sh" "$out/models" "$out/keys/model-signing.key"
touch "$out/.complete"
