#!/usr/bin/env bash
# Runs the tests on other processors: NEON, 32 bits, and big-endian byte order.
#
#     .ci/cross.sh [--quick] [aarch64|i686|s390x|wasm32|all]...
#
# aarch64 and s390x are emulated by qemu, i686 runs natively, wasm32 is only compiled. Linkers,
# C libraries and qemu are installed with apt, as root or with sudo. The standard library is rustup's
# if the target is installed, otherwise that of Debian 12. Debian's compiler is unpacked into
# target/cross, not installed, and builds std from source for targets that Debian has none for.
#
# --quick runs some suites, not all of their tests, with PROPTEST_CASES=2. The default is 8; without
# this script it is 256. LEAFWISE_CROSS_ROOT replaces target/cross.
#
# Returns 1 if a test fails, 2 if the machine cannot run them.
set -euo pipefail
cd "$(dirname "$0")/.."

root=${LEAFWISE_CROSS_ROOT:-${CARGO_TARGET_DIR:-target}/cross}
export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0

. .ci/packages.sh

refuse() {
    echo "cross.sh: $1: see the head of this file" >&2
    exit 1
}

# Unpacks Debian's compiler, its libraries and their sources, once. This needs an apt state
# of its own, as that of the machine may not know arm64.
unpack_compiler() {
    [ ! -e "$root/bin/rustc" ] || return 0
    local archive key=/usr/share/keyrings/debian-archive-keyring.gpg
    archive=$(grep --recursive --no-filename '^[^#]*debian-security' /etc/apt |
        grep --only-matching --extended-regexp 'https?://[^ ]*debian-security' | head -n 1) ||
        cannot "no security archive of Debian among the sources of apt"
    mkdir -p "$root"/{apt/{lists/partial,archives/partial,empty},debs,sys,bin}
    touch "$root/apt/status"
    echo "deb [signed-by=$key arch=amd64,arm64] $archive bookworm-security main" \
        >"$root/apt/sources"
    cat >"$root/apt/conf" <<END
Dir::State "$root/apt"; Dir::State::status "$root/apt/status";
Dir::State::lists "$root/apt/lists"; Dir::Cache "$root/apt";
Dir::Etc::sourcelist "$root/apt/sources"; Dir::Etc::sourceparts "$root/apt/empty";
APT::Architecture "amd64"; APT::Architectures { "amd64"; "arm64"; };
APT::Sandbox::User "root";
END
    download_compiler || cannot "Debian's compiler can't be downloaded"
    local deb tool
    for deb in "$root"/debs/*.deb; do
        dpkg --extract "$deb" "$root/sys" || cannot "$deb can't be unpacked"
    done
    rm -r "$root/debs"
    for tool in rustdoc rustc; do
        write_script "$root/bin/$tool" "LD_LIBRARY_PATH=$root/sys/usr/lib/x86_64-linux-gnu \
exec $root/sys/usr/bin/$tool \"\$@\""
    done
}

download_compiler() {
    local -x APT_CONFIG=$root/apt/conf
    apt-get update --quiet
    # The versions are part of the names of the libraries.
    local std llvm
    std=$(needs libstd-rust-web-dev libstd-rust-web)
    llvm=$(needs "$std" libllvm)
    (cd "$root/debs" && apt-get download --quiet rustc-web rust-web-src "$llvm" \
        {libstd-rust-web-dev,"$std"}:{amd64,arm64})
}

# The package that another one depends on, by the start of its name: `needs PACKAGE START`.
needs() {
    apt-cache depends "$1" | sed -n "s/^ *Depends: \($2[^ ]*\)$/\1/p"
}

write_script() {
    printf '#!/bin/sh\n%s\n' "$2" >"$1"
    chmod +x "$1"
}

# Configures how cargo links and runs programs for a target: `use_tools ARCH RUNNER`.
use_tools() {
    local name=${1^^}_UNKNOWN_LINUX_GNU
    export "CARGO_TARGET_${name}_LINKER=$1-linux-gnu-gcc"
    export "CARGO_TARGET_${name}_RUNNER=$2"
}

# Installs what an architecture needs.
prepare() {
    case $1 in
    aarch64)
        install_packages qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross
        use_tools aarch64 "qemu-aarch64-static -L /usr/aarch64-linux-gnu"
        ;;
    s390x)
        install_packages qemu-user-static gcc-s390x-linux-gnu libc6-dev-s390x-cross
        use_tools s390x "qemu-s390x-static -L /usr/s390x-linux-gnu"
        ;;
    i686)
        # gcc-multilib would do, but cannot be installed next to the other compilers.
        install_packages gcc-i686-linux-gnu libc6-dev-i386-cross
        local libraries=/usr/i686-linux-gnu/lib
        write_script "$root/bin/run-i686" \
            "exec $libraries/ld-linux.so.2 --library-path $libraries \"\$@\""
        use_tools i686 "$root/bin/run-i686"
        ;;
    esac
}

# Runs cargo for one target: `cargo_for TARGET SUBCOMMAND ARGUMENTS...`
cargo_for() {
    local target=$1 std=()
    local -x CARGO_TARGET_DIR=$root/target-${target%%-*}
    shift
    if ! rustup target list --installed 2>/dev/null | grep --quiet --line-regexp "$target"; then
        unpack_compiler
        local -x RUSTC=$root/bin/rustc RUSTDOC=$root/bin/rustdoc
        if [ ! -d "$root/sys/usr/lib/rustlib/$target" ]; then
            local -x RUSTC_BOOTSTRAP=1
            std=("-Zbuild-std=std,panic_unwind,proc_macro,test")
        fi
    fi
    cargo "${std[@]}" "$1" --target "$target" --package leafwise "${@:2}"
}

run() {
    local suites=(--lib --test file --test model --test static_alloc) skipped=()
    if [ "$1" = wasm32 ]; then
        cargo_for wasm32-unknown-unknown build
        return
    fi
    if [ -n "$quick" ]; then
        # Slow under qemu, and the same on every processor.
        skipped=(--skip insertions_move_few --skip arithmetic_agrees --skip every_flipped_bit)
        # This processor has only the scalar set.
        [ "$1" != s390x ] || skipped+=(--skip sets_agree)
    else
        suites+=(--test static)
        # Fast enough natively.
        [ "$1" != i686 ] || suites+=(--test suite --test hostile)
    fi
    cargo_for "$1-unknown-linux-gnu" test --no-fail-fast --features builder,mmap \
        "${suites[@]}" -- "${skipped[@]}"
}

quick='' cases=8
architectures=()
for argument in "$@"; do
    case $argument in
    --quick) quick=yes cases=2 ;;
    aarch64 | i686 | s390x | wasm32) architectures+=("$argument") ;;
    all) architectures+=(aarch64 i686 s390x wasm32) ;;
    *) refuse "there is no $argument" ;;
    esac
done
[ ${#architectures[@]} -gt 0 ] || refuse "name an architecture"
[ "$(uname -sm)" = "Linux x86_64" ] || cannot "this is not Linux on x86-64"
command -v apt-get >/dev/null || cannot "there is no apt"

mkdir -p "$root/bin"
root=$(realpath "$root")
export PROPTEST_CASES="${PROPTEST_CASES:-$cases}"

failed=()
for architecture in "${architectures[@]}"; do
    echo "-- $architecture"
    prepare "$architecture"
    run "$architecture" || failed+=("$architecture")
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "cross.sh: failed on ${failed[*]}" >&2
    exit 1
fi
