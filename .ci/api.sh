#!/bin/sh
# Compares the public API of the library, with all features, with docs/public-api.txt, and shows the
# differences. `.ci/api.sh --update` rewrites that file; look at its diff before you commit it.
#
# Returns 1 if the API differs, 2 if crates/api cannot read the JSON of this rustdoc.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
"" | --update) ;;
*)
    echo "usage: .ci/api.sh [--update]" >&2
    exit 1
    ;;
esac

snapshot=docs/public-api.txt
# A separate folder: with RUSTC_BOOTSTRAP, all crates are built again.
target=${CARGO_TARGET_DIR:-target}/api
# The version of the JSON that `public-api` in crates/api/Cargo.toml reads, which Rust 1.95 writes.
format=57

# The JSON is unstable, but the stable toolchain can write it.
RUSTC_BOOTSTRAP=1 cargo rustdoc --quiet --package leafwise --lib --all-features \
    --target-dir "$target" -- -Z unstable-options --output-format json
if ! grep -q "\"format_version\":${format}[,}]" "$target/doc/leafwise.json"; then
    echo "this rustdoc writes another version of JSON than $format, which crates/api reads" >&2
    exit 2
fi
cargo build --quiet --package leafwise-api --target-dir "$target"
"$target/debug/leafwise-api" "$target/doc/leafwise.json" >"$target/public-api.txt"

if [ "${1:-}" = --update ]; then
    cp "$target/public-api.txt" "$snapshot"
elif ! diff -u "$snapshot" "$target/public-api.txt"; then
    echo "The public API differs from $snapshot. If it should: .ci/api.sh --update" >&2
    exit 1
fi
