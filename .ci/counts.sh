#!/usr/bin/env bash
# Counts the instructions of the hot paths, and compares the counts with those in
# crates/counts/counts.txt. `.ci/counts.sh --update` rewrites that file.
#
# A count does not depend on what else the machine does, and hardly on its processor: it has to be
# x86-64 with AVX2, which the searches of static collections use. It does depend on the compiler, on
# glibc and on valgrind, so the file says which ones it was made with. valgrind is installed with
# apt, as root or with sudo, and the runner of gungraun with cargo, if they are missing.
#
# Returns 1 if a count has grown by more than 5 %, or if a benchmark is new or missing, 2 if the
# machine cannot run it, or if a count has grown but may have done so because of another compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

# In per cent.
tolerance=5

. .ci/packages.sh

case "${1:-}" in
"" | --update) ;;
*)
    echo "usage: .ci/counts.sh [--update]" >&2
    exit 1
    ;;
esac

recorded=crates/counts/counts.txt
mkdir -p "${CARGO_TARGET_DIR:-target}"
target=$(realpath "${CARGO_TARGET_DIR:-target}")
counted=$target/counts.txt

# Installs the runner of the version that the benchmarks are built with.
install_runner() {
    local version
    version=$(sed -n '/^name = "gungraun-runner"$/ { n; s/version = "\(.*\)"/\1/p }' Cargo.lock)
    export GUNGRAUN_RUNNER=$target/tools/bin/gungraun-runner
    [ "$("$GUNGRAUN_RUNNER" --version 2>/dev/null)" != "gungraun-runner $version" ] || return 0
    cargo install --quiet --locked --root "$target/tools" --target-dir "$target/tools/build" \
        --version "=$version" --force gungraun-runner ||
        cannot "cargo can't install gungraun-runner $version"
}

# The counts, one a line, after a line for each thing they depend on.
count() {
    echo "# $(rustc --version)"
    echo "# $(getconf GNU_LIBC_VERSION)"
    echo "# $(valgrind --version | tr - ' ')"
    # Each name, `counts::GROUP::FUNCTION ID:(ARGUMENTS)`, precedes its count, `NEW|OLD`.
    awk '
        /^counts::/ { id = $2; sub(/:.*/, "", id); name = substr($1, 9) "::" id }
        $1 == "Instructions:" { split($2, counts, "|"); print name, counts[1] }
    ' "$1"
}

# Shows what differs, and fails if it should not.
compare() {
    awk -v tolerance="$tolerance" '
        # The first file is the recorded one.
        $1 == "#" {
            thing = $2
            sub(/^# /, "")
            if (FNR == NR) before[thing] = $0
            else if (before[thing] != $0) {
                print "The file was made with " before[thing] ", these counts with " $0
                is_other = 1
            }
            next
        }
        FNR == NR { recorded[$1] = $2; next }
        !($1 in recorded) { print $1 ": is not in the file"; differs = 1; next }
        {
            change = ($2 / recorded[$1] - 1) * 100
            if (change > tolerance || change < -tolerance)
                printf "%s: %d, was %d: %+.1f %%\n", $1, $2, recorded[$1], change
            if (change > tolerance) grown++
            if (change < -tolerance) shrunk++
            total++
            delete recorded[$1]
        }
        END {
            for (name in recorded) {
                print name ": is in the file, and no longer a benchmark"
                differs = 1
            }
            printf "%d counts compared, %d grown by more than %d %%, %d shrunk\n",
                total, grown, tolerance, shrunk
            if (grown && is_other)
                print "What the counts depend on has changed, so nothing is proved. If the growth is " \
                    "not there with what the file names, it is not yours: .ci/counts.sh --update"
            else if (grown)
                print "Find what costs more instructions: CONTRIBUTING.md, Measurements. " \
                    "If it is worth it, say why in the commit message: .ci/counts.sh --update"
            if (differs) print "Benchmarks differ from the file: .ci/counts.sh --update"
            if (shrunk && !grown && !differs)
                print "Record the lower counts, so that they stay: .ci/counts.sh --update"
            exit differs || (grown && !is_other) ? 1 : grown ? 2 : 0
        }' "$@"
}

[ "$(uname -sm)" = "Linux x86_64" ] || cannot "the counts are those of Linux on x86-64"
grep --quiet --word-regexp avx2 /proc/cpuinfo || cannot "the counts are those with AVX2"
getconf GNU_LIBC_VERSION >/dev/null 2>&1 || cannot "the counts are those with glibc"
command -v valgrind >/dev/null || install_packages valgrind libc6-dbg
install_runner
# Flags for this processor, of the environment or a configuration, would change the counts.
unset CARGO_ENCODED_RUSTFLAGS
export RUSTFLAGS=
export GUNGRAUN_HOME=$target/gungraun GUNGRAUN_COLOR=never GUNGRAUN_CALLGRIND_METRICS=ir
cargo bench --quiet --package leafwise-counts --bench counts >"$target/counts.out" || {
    cat "$target/counts.out" >&2
    exit 1
}
count "$target/counts.out" >"$counted"
if [ "${1:-}" = --update ]; then
    cp "$counted" "$recorded"
else
    compare "$recorded" "$counted"
fi
