#!/bin/sh
# Trains and signs the starter models into /models, and leaves the sample company whose
# texts they learn from in /sample. Does nothing where they exist.
set -eu
[ -f /sample/texts.txt ] || sample-data --out /sample
[ -d /models/starter-profile-fuser ] ||
  clientele-models starter --texts /sample/texts.txt --out /models \
    --signing_key /run/signing/model-signing.key
