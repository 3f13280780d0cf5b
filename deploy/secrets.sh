#!/bin/sh
# Makes the secrets of an installation in deploy/secrets, or in the folder that is named; again is the same.
# Wants Python 3.11 or later; where there is none it runs in the portal's image (PORTAL_IMAGE).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$here/deploy/secrets}
case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
[ $# -eq 0 ] || shift

if python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    cd "$here"
    exec python3 -m deploy.install.secret_files "$folder" "$@"
fi
mkdir -p -m 700 "$folder"
exec docker run --rm --network none --user "$(id -u):$(id -g)" -v "$folder:/secrets" \
    "${PORTAL_IMAGE:-customs-portal}" python -m deploy.install.secret_files /secrets "$@"
