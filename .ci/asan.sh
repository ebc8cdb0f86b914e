#!/bin/sh
# Runs the suites under the address sanitizer, which sees what the tests cannot: reads and writes outside
# of nodes, use after free, double frees, and memory that nobody owns in the end.
#
# Builds into target/asan. PROPTEST_CASES (256 is the ordinary amount) is lowered.
set -eu
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/asan"
export RUSTFLAGS="-Zsanitizer=address"
# The sanitizer is not stable; the stable toolchain brings it all the same.
export RUSTC_BOOTSTRAP=1
export PROPTEST_CASES="${PROPTEST_CASES:-64}"

# The fake stack that finds references to dead locals costs more than all the rest where much unwinds, and
# safe Rust, which the tests are, makes no such references.
options=detect_stack_use_after_return=0

# Doctests are left out: each would be linked with the sanitizer, for examples that the suites cover. So
# are the trees of odd capacities: unwinding, of which `hostile` does much, is slow here.
ASAN_OPTIONS="$options" cargo test --package leafwise --target "$target" --no-fail-fast \
    --lib --test hostile --test model --test static --test static_alloc --test suite --test types \
    -- --skip forgotten --skip a_panic_while --skip _odd
# These leak on purpose.
ASAN_OPTIONS="$options:detect_leaks=0" cargo test --package leafwise --target "$target" \
    --lib --test hostile -- forgotten a_panic_while
