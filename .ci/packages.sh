# Installs Debian packages, for the scripts that need some.

# Ends a script that this machine cannot run.
cannot() {
    echo "$(basename "$0"): $1" >&2
    exit 2
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo --non-interactive "$@"
    fi
}

# Installs the packages that are missing.
install_packages() {
    local package missing=()
    for package in "$@"; do
        dpkg --status "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    as_root true || cannot "neither root nor sudo without a password, to install ${missing[*]}"
    as_root apt-get update --quiet || cannot "apt does not work"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --quiet --yes --no-install-recommends "${missing[@]}" ||
        cannot "apt can't install ${missing[*]}"
}
