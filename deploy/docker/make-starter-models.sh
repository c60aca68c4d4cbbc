#!/bin/sh
# Trains and signs the starter models into /models, signs the models in the box beside them, and
# leaves the sample company whose texts the former learn from in /sample. Does nothing where they
# exist.
set -eu
[ -f /sample/texts.txt ] || sample-data --out /sample
[ -d /models/starter-profile-fuser ] ||
  clientele-models starter --texts /sample/texts.txt --out /models \
    --signing_key /run/signing/model-signing.key
/usr/local/share/clientele/models/install.sh /models /run/signing/model-signing.key
