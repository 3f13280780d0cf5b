#!/usr/bin/env bash
# Makes this clone able to run: Python packages in .venv, and what Debian or Ubuntu must add. Done already: a blink.
# Usage: bootstrap.sh [run|test]. "test" wants a browser as well. Details go to .local/bootstrap.log.
set -euo pipefail

cd "$(dirname "$0")/../.."
purpose=${1:-run}
mkdir -p .local
log=$PWD/.local/bootstrap.log
unpacked=$PWD/.local/debs/root
export DEBIAN_FRONTEND=noninteractive

say() { printf '· %s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 1; }
details() { sed -e 's/^/    /' <(tail -n "${1:-6}" "$log") >&2; }

exec 9>.local/bootstrap.lock
flock -n 9 || { say "another make is installing; waiting for it"; flock 9; }

# ------------------------------------------------------------------------------------------------- room

free_megabytes=$(df -Pm . | awk 'NR == 2 {print $4}')
needed=500
[ -e .venv/.installed ] || needed=2500
if [ "$free_megabytes" -lt "$needed" ]; then
    fail "The disk is nearly full: $free_megabytes MB are free here and $needed MB are needed. Free some space and try again."
fi

# ---------------------------------------------------------------------------------- the system's packages

is_root() { [ "$(id -u)" = 0 ]; }
can_be_root() { is_root || { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }; }
as_root() { if is_root; then "$@"; else sudo "$@"; fi; }

# Without this Debian starts a broker of its own on 5672 as soon as the package is there.
policy=/usr/sbin/policy-rc.d
policy_is_ours=no
forbid_services() {
    [ -e "$policy" ] && return 0
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    policy_is_ours=yes
}
allow_services() {
    if [ "$policy_is_ours" = yes ]; then as_root rm -f "$policy"; fi
    policy_is_ours=no
}
trap allow_services EXIT

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=180 "$@" >>"$log" 2>&1 9>&- </dev/null
}

install_packages() {  # as root: into the system
    local broker_was_there=no
    if [ -e /usr/lib/rabbitmq/bin ]; then broker_was_there=yes; fi
    forbid_services
    apt_get install --no-install-recommends "$@" || { apt_get update && apt_get install --no-install-recommends "$@"; } || return 1
    allow_services
    # ... nor at the next boot.
    if [ "$broker_was_there" = no ] && [ -e /usr/lib/rabbitmq/bin ] && [ -d /run/systemd/system ]; then
        as_root systemctl disable --quiet rabbitmq-server epmd.socket epmd.service >>"$log" 2>&1 || true
    fi
}

unpack_packages() {  # not root: into .local/debs/root, nothing of the system is touched
    local home=$PWD/.local/debs
    mkdir -p "$home/lists/partial" "$home/archives/partial" "$unpacked"
    local private=(-o "Dir::State::lists=$home/lists" -o "Dir::Cache=$home" -o "Dir::Cache::archives=$home/archives"
        -o Debug::NoLocking=1 -y -q)
    apt-get "${private[@]}" update >>"$log" 2>&1 || return 1
    apt-get "${private[@]}" --no-install-recommends --download-only install "$@" >>"$log" 2>&1 || return 1
    for package in "$home"/archives/*.deb; do dpkg -x "$package" "$unpacked"; done
    rm -rf "$home/archives" "$home/lists" "$home"/*.bin
    # Erlang's starters carry the folder they were built for.
    local root
    root=$(printf '%s' "$unpacked/usr/lib/erlang" | sed 's/[&#\\]/\\&/g')
    for starter in "$unpacked"/usr/lib/erlang/bin/{erl,start} "$unpacked"/usr/lib/erlang/erts-*/bin/{erl,start}; do
        if [ -f "$starter" ]; then sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=\"$root\"#" "$starter"; fi
    done
    # Without any font Pango ends the process; the system's list of fonts may not be there either.
    cat >"$unpacked/fonts.conf" <<END
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$unpacked/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>$home/fontcache</cachedir></fontconfig>
END
}

has_library() {
    { /sbin/ldconfig -p 2>/dev/null || true; } | grep -q "$1" || compgen -G "$unpacked/usr/lib/*/$1*" >/dev/null
}
has_broker() { [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || [ -x "$unpacked/usr/lib/rabbitmq/bin/rabbitmq-server" ]; }
has_browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }

missing=()
has_broker || missing+=(rabbitmq-server)
has_library libpango-1.0.so.0 || missing+=(libpango-1.0-0)
has_library libpangoft2-1.0.so.0 || missing+=(libpangoft2-1.0-0)
has_library libharfbuzz-subset.so.0 || missing+=(libharfbuzz-subset0)

if [ ${#missing[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || fail "Missing: ${missing[*]}. This machine has no apt: install them your system's way and try again."
    : >"$log"
    if can_be_root; then
        say "installing ${missing[*]} (half a minute)"
        install_packages "${missing[@]}" || { details
            fail "apt could not install ${missing[*]}. See .local/bootstrap.log, install them by hand and try again."; }
    else
        say "unpacking ${missing[*]} into .local (no root here)"
        unpack_packages "${missing[@]}" || { details
            fail "Missing: ${missing[*]}, and neither root nor sudo is at hand. Ask an administrator for: apt-get install --no-install-recommends ${missing[*]}"; }
    fi
fi

if [ "$purpose" = test ] && ! has_browser; then
    can_be_root || fail "The end-to-end tests need a browser. Ask an administrator for: apt-get install --no-install-recommends chromium"
    say "installing chromium for the tests (a minute)"
    install_packages chromium || { details
        fail "apt could not install chromium. See .local/bootstrap.log, install it by hand and try again."; }
fi

# ------------------------------------------------------------------------------------------------ Python

find_python() {
    local candidate
    for candidate in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$candidate"; return; }
    done
    return 1
}

python=$(find_python) || {
    can_be_root || fail "Python 3.11 or later is missing, and neither root nor sudo is at hand. Ask an administrator for: apt-get install python3 python3-venv"
    say "installing Python"
    install_packages python3 python3-venv || true
    python=$(find_python) || fail "Python 3.11 or later is needed, and this system offers none. Use Debian 12, Ubuntu 24.04 or later, or put a python3.11 on the PATH."
}

make_venv() {
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -m venv --clear .venv
    else  # Debian splits it; pip can stand in where nobody may install python3-venv
        "$python" -m venv --clear --without-pip .venv && "$python" -m pip --python .venv/bin/python install --quiet pip
    fi
}

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null && can_be_root; then
        say "installing python3-venv"
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        install_packages python3-venv "$version" || install_packages python3-venv || { details
            fail "apt could not install python3-venv. See .local/bootstrap.log, install it by hand and try again."; }
    fi
    say "making .venv with $("$python" --version)"
    make_venv >>"$log" 2>&1 || { details
        fail "Python could not make .venv. It needs: apt-get install python3-venv (ask an administrator). See .local/bootstrap.log."; }
fi

wanted="$(sha256sum <requirements-dev.lock | cut -d' ' -f1) $(.venv/bin/python --version)"
if [ "$(cat .venv/.installed 2>/dev/null)" != "$wanted" ]; then
    say "installing $(grep -c '==' requirements-dev.lock) Python packages of the lock file (a minute or two)"
    .venv/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-dev.lock >>"$log" 2>&1 9>&- </dev/null || { details
        fail "pip could not install the packages of requirements-dev.lock. Is the network there? See .local/bootstrap.log and try again."; }
    printf '%s\n' "$wanted" >.venv/.installed
fi
