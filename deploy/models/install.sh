#!/bin/sh
# Puts the models in the box into a model folder and signs them there:
#
#   deploy/models/install.sh MODEL_DIR SIGNING_KEY_FILE      clientele-models is found by PATH
#
# Does nothing where they are there already. A version that changed in the box replaces the copy, and
# services take it up while they run.
set -eu
models=$1 key=$2
box=$(cd "$(dirname "$0")" && pwd)
for manifest in "$box"/*/*/bundle.json; do
  folder=${manifest%/bundle.json}
  version=$(basename "$folder")
  name=$(basename "$(dirname "$folder")")
  installed=$models/.installed/$name/$version
  sum=$(sha256sum "$manifest" | cut -d' ' -f1)
  if [ -d "$models/$name/$version" ] && [ "$(cat "$installed" 2>/dev/null)" = "$sum" ]; then
    continue
  fi
  staged=$models/.staged/$name/$version
  rm -rf "$models/.staged"
  mkdir -p "$(dirname "$staged")" "$models/$name" "$(dirname "$installed")"
  cp -R "$folder" "$staged"
  clientele-models sign "$staged" --signing_key "$key" >/dev/null
  rm -rf "${models:?}/$name/$version"
  mv "$staged" "$models/$name/$version"
  rm -rf "$models/.staged"
  echo "$sum" >"$installed"
done
