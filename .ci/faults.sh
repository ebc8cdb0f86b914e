#!/usr/bin/env bash
# Kills builders of index files at each call of the system that changes the disk, and makes each of
# these calls fail: the folder has the old index or the new one afterwards, and nothing else.
#
#     .ci/faults.sh
#
# The builders are the program, and the library's builder of entries in any order. Both spill to
# temporary files and replace an index. `strace` counts the calls, kills the builder at one, or
# makes it fail as on a full disk. It is installed with apt, as root or with sudo, if it is missing.
#
# Returns 1 if something else is left, 2 if the machine cannot run it.
set -euo pipefail
cd "$(dirname "$0")/.."

# Calls that change the disk. Those with a question mark are not there on all processors.
calls='write,pwrite64,writev,copy_file_range,fsync,fdatasync,ftruncate,fallocate,?open,openat'
calls+=',linkat,?rename,renameat,renameat2,?unlink,unlinkat'

# Of all writes, this many are tried at the start and at the end, and between. All other calls are.
writes_at_ends=12 writes_between=10

. .ci/packages.sh

fail() {
    echo "faults.sh: $1" >&2
    exit 1
}

# Runs a command in $folder under strace, and returns its code: `trace LOG OPTIONS COMMAND`.
trace() {
    local log=$1
    shift
    (cd "$folder" && TMPDIR=$temporary strace --follow-forks --output="$log" "$@" || exit $?) \
        >"$work/out" 2>"$work/err"
}

# The calls to try, one a line: the call, its number among those of its thread, and its arguments.
# Of opened files, those without a name and the folder count; of written ones, not the terminal.
calls_to_try() {
    awk -v at_ends="$writes_at_ends" -v between="$writes_between" '
        match($0, /^[0-9]+ +[a-z0-9_]+\(/) {
            call = $2
            sub(/\(.*/, "", call)
            number = ++count[$1, call]
            is_open = call == "open" || call == "openat"
            if (is_open && !/O_TMPFILE|O_CREAT|"\."/) next
            if (call == "write" && /write\([12],/) next
            name[++total] = call
            text[total] = call " " number " " substr($0, RSTART + RLENGTH, 200)
            if (call == "write") writes++
        }
        END {
            step = int((writes - 2 * at_ends) / between) + 1
            for (i = 1; i <= total; i++) {
                if (name[i] == "write") {
                    at++
                    is_between = at > at_ends && at <= writes - at_ends
                    if (is_between && at % step != 0) continue
                }
                print text[i]
            }
        }' "$1"
}

# Checks what is in the folder: the old index or the new one, and what else it had.
check() {
    local index=$folder/$name left
    cmp --silent "$index" "$work/old" || cmp --silent "$index" "$work/new" ||
        fail "$1: $name is neither the old index nor the new one"
    left=$(cd "$folder" && find . -type f ! -name "$name" ! -name t.csv)
    if [ -n "$left" ] && [ "$2" = rename ] && cmp --silent "$folder/$left" "$work/new"; then
        # Between its two names, the new file is there under the first. It can be removed.
        rm "$folder/$left"
        left=''
    fi
    [ -z "$left" ] || fail "$1: $left is left"
    [ -z "$(find "$temporary" -mindepth 1)" ] || fail "$1: a temporary file is left"
}

# Whether a build may succeed without a call: a new file may have a name from the start, and there
# is usually none to be removed.
is_optional() {
    case $1 in
    open | openat) [[ $2 == *O_WRONLY*O_TMPFILE* ]] ;;
    unlink | unlinkat) ;;
    *) false ;;
    esac
}

# `try NAME COMMAND...` kills a builder that replaces $work/old by $work/new, and lets it fail.
try() {
    local call number arguments error code runs=0
    name=$1
    shift
    cp "$work/old" "$folder/$name"
    trace "$work/log" --trace="$calls" "$@" || fail "$*: $(cat "$work/err")"
    cp "$folder/$name" "$work/new"
    ! cmp --silent "$work/old" "$work/new" || fail "$*: the old index is the same as the new one"
    calls_to_try "$work/log" >"$work/calls"
    grep --quiet 'O_RDWR.*O_TMPFILE' "$work/calls" || fail "$*: nothing was spilled"
    while read -r call number arguments; do
        # The old index, whatever the last run has left.
        cp "$work/old" "$folder/$name"
        code=0
        trace /dev/null --inject="$call:signal=KILL:when=$number" "$@" || code=$?
        [ $code = 137 ] || fail "$call $number: killed, but the code is $code"
        check "killed at $call $number ($arguments)" "$call"

        cp "$work/old" "$folder/$name"
        error=ENOSPC
        [[ $call != f*sync ]] || error=EIO
        code=0
        trace /dev/null --inject="$call:error=$error:when=$number" "$@" || code=$?
        check "$error at $call $number ($arguments)" none
        if [ $code = 0 ]; then
            is_optional "$call" "$arguments" || fail "$error at $call $number: the code is 0"
        else
            grep --quiet -e 'No space left' -e 'Input/output error' "$work/err" ||
                fail "$error at $call $number: no cause: $(cat "$work/err")"
            grep --quiet --fixed-strings -e "$name" -e "$temporary" "$work/err" ||
                fail "$error at $call $number: no file: $(cat "$work/err")"
        fi
        runs=$((runs + 2))
    done <"$work/calls"
    cp "$work/new" "$folder/$name"
    echo "$name: $runs runs, $(grep -c '^write' "$work/calls") of the writes"
}

[ "$(uname -s)" = Linux ] || cannot "this is not Linux"
command -v strace >/dev/null || install_packages strace
cargo build --quiet --package leafwise-cli
cargo build --quiet --package leafwise --features builder --example sorted_file
target=$(realpath "${CARGO_TARGET_DIR:-target}")/debug
work=$(mktemp --directory)
trap 'rm -r "$work"' EXIT
folder=$work/folder temporary=$work/temporary
mkdir "$folder" "$temporary"
strace --output=/dev/null true 2>"$work/err" || cannot "strace does not work: $(cat "$work/err")"

awk 'BEGIN { print "k,v"; for (i = 0; i < 20000; i++) print i * 7919 % 20011 "," i }' \
    >"$folder/t.csv"
(cd "$folder" && "$target/leafwise" index t.csv --key v -o ../old) 2>/dev/null
try t.csv.k.lwx "$target/leafwise" index t.csv --key k --memory 64KiB
(cd "$folder" && "$target/leafwise" verify t.csv.k.lwx --table &&
    [ "$("$target/leafwise" get t.csv k 7919 | tail -n 1)" = 7919,1 ]) >/dev/null 2>&1 ||
    fail "the new index does not find a row"
rm "$folder"/*
try numbers.lwx "$target/examples/sorted_file" numbers.lwx 40000 65536
