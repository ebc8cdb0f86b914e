#!/bin/sh
# Runs the suites under the address sanitizer, which detects what the tests cannot: reads and writes
# outside of nodes, use after free, double frees, and leaks.
#
# Builds into target/asan. PROPTEST_CASES is lowered from 256.
set -eu
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/asan"
export RUSTFLAGS="-Zsanitizer=address"
# The sanitizer is unstable, but the stable toolchain contains it.
export RUSTC_BOOTSTRAP=1
export PROPTEST_CASES="${PROPTEST_CASES:-64}"

# The fake stack that finds references to dead locals costs more than everything else when much unwinds, and
# the tests are safe Rust, which has no such references.
options=detect_stack_use_after_return=0

# Doctests are left out: each would be linked with the sanitizer, and the suites cover their code. Trees of
# odd capacities are left out too: `hostile` unwinds a lot, which is slow here.
ASAN_OPTIONS="$options" cargo test --package leafwise --target "$target" --no-fail-fast \
    --features mmap --lib --test file --test hostile --test model --test static --test static_alloc --test suite --test types \
    -- --skip forgotten --skip a_panic_while --skip _odd
# These leak on purpose.
ASAN_OPTIONS="$options:detect_leaks=0" cargo test --package leafwise --target "$target" \
    --features mmap --lib --test hostile -- forgotten a_panic_while
