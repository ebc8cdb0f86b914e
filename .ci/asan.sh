#!/bin/sh
# Runs the suites under the address sanitizer, which sees what the tests cannot: reads and writes outside
# of nodes, use after free, double frees, and memory that nobody owns in the end.
#
# Needs a nightly toolchain and builds into target/asan, which takes most of the time. PROPTEST_CASES (256
# is the ordinary amount) is lowered.
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
run() {
    ASAN_OPTIONS="$options" cargo +nightly test --package leafwise --target "$target" --no-fail-fast "$@" \
        -- --skip forgotten --skip _odd
}

# The models last: they take as long to build as all the others.
first="" last=""
for path in tests/*.rs tests/*/main.rs; do
    suite=${path#tests/}
    suite=${suite%/main.rs}
    suite=${suite%.rs}
    case $suite in
    tidy) ;;
    model*) last="$last --test $suite" ;;
    *) first="$first --test $suite" ;;
    esac
done
# Each name is a word.
# shellcheck disable=SC2086
{
    run --lib $first
    run $last
}
# These leak on purpose.
ASAN_OPTIONS="$options:detect_leaks=0" cargo +nightly test --package leafwise --target "$target" \
    --test forget
