#!/usr/bin/env bash
# Cache misses per search in the orders that `leafwise-bench orders` compares, counted by cachegrind
# for caches with three line sizes: one order of the nodes is best for all of them.
#
#     crates/bench/cachegrind.sh [LEVELS [KEYS [QUERIES]]]
#
# By default 20 levels of u64, 20000 queries. It needs valgrind, which does not support all
# instructions of `-C target-cpu=native`: build without it. More than 22 levels take long.
set -euo pipefail
cd "$(dirname "$0")/../.."

height=${1:-20} keys=${2:-u64} queries=${3:-20000}
if ! command -v valgrind >/dev/null; then
    echo "valgrind is not installed" >&2
    exit 1
fi
cargo build --quiet --release --package leafwise-bench
program=${CARGO_TARGET_DIR:-target}/release/leafwise-bench
# Invalid arguments are refused here.
"$program" trace sorted --height "$height" --keys "$keys" --queries "$queries" >/dev/null

# Prints the misses of the first data cache and of the last one: `misses ORDER QUERIES CACHES...`
misses() {
    local order=$1 count=$2
    shift 2
    valgrind --tool=cachegrind --cache-sim=yes --cachegrind-out-file=/dev/null "$@" \
        "$program" trace "$order" --height "$height" --keys "$keys" --queries "$count" 2>&1 |
        sed -n 's/^==[0-9]*== \(D1\|LLd\)  *misses: *\([0-9,]*\).*/\2/p' | tr -d ,
}

measure() {
    local title=$1 order with without
    shift
    for order in sorted bfs veb; do
        mapfile -t with < <(misses "$order" "$queries" "$@")
        # Without queries: the cost of building the tree.
        mapfile -t without < <(misses "$order" 0 "$@")
        printf '%-24s %-8s' "$title" "$order"
        awk -v queries="$queries" -v first="$((with[0] - without[0]))" \
            -v last="$((with[1] - without[1]))" \
            'BEGIN { printf "%12.2f %12.2f\n", first / queries, last / queries }'
    done
}

echo "Misses per search among 2^$height - 1 $keys keys, $queries searches:"
printf '%-24s %-8s %12s %12s\n' "lines of" "order" "first cache" "last cache"
measure "64 B, 48 KB and 2 MB" --I1=32768,8,64 --D1=49152,12,64 --LL=2097152,16,64
measure "128 B, 48 KB and 2 MB" --I1=32768,8,128 --D1=49152,12,128 --LL=2097152,16,128
# Like the address translation caches of a processor: 64 pages in the first, 1024 in the second.
measure "4 KB, 64 and 1024 lines" --I1=262144,8,4096 --D1=262144,4,4096 --LL=4194304,8,4096
