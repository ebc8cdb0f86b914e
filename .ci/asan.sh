#!/bin/sh
# Runs the suites under the address sanitizer, which sees what the tests cannot: reads and writes outside
# of nodes, use after free, double frees, and memory that nobody owns in the end.
#
# Needs a nightly toolchain and builds into target/asan. PROPTEST_CASES (256 is the ordinary amount) is
# lowered, so that all is done in about ten minutes on two cores.
set -eu
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
if ! rustup run nightly rustc --version >/dev/null 2>&1; then
    rustup toolchain install nightly --profile minimal
fi

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/asan"
export RUSTFLAGS="-Zsanitizer=address"
export PROPTEST_CASES="${PROPTEST_CASES:-64}"

# The fake stack that finds references to dead locals costs more than all the rest where much unwinds, and
# safe Rust, which the tests are, makes no such references.
options=detect_stack_use_after_return=0

# Doctests are left out: each would be linked with the sanitizer, for examples that the suites cover. So
# are the trees of odd capacities: unwinding, of which `panics` does much, is slow here.
ASAN_OPTIONS="$options" cargo +nightly test --package leafwise --target "$target" --no-fail-fast \
    --lib --tests -- --skip forgotten --skip _odd
# These leak on purpose.
ASAN_OPTIONS="$options:detect_leaks=0" cargo +nightly test --package leafwise --target "$target" \
    --test forget
