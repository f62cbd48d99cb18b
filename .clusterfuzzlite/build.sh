#!/bin/bash -eu
# Builds every fuzz target, and puts it beside its seeds and its dictionary where ClusterFuzzLite looks for them.
#
# ClusterFuzzLite sets SRC and OUT. All targets run inside their process: what `http_answer` listens on is a port of loopback.
cd "$SRC/cimdspec"
cargo fuzz build -O --debug-assertions
triple=$(rustc -vV | sed -n 's/^host: //p')
for target in $(cargo fuzz list); do
  cp "fuzz/target/$triple/release/$target" "$OUT/"
  zip --quiet --junk-paths --recurse-paths "$OUT/${target}_seed_corpus.zip" "fuzz/seeds/$target"
  if [ -f "fuzz/dictionaries/$target.dict" ]; then
    cp "fuzz/dictionaries/$target.dict" "$OUT/"
  fi
done
