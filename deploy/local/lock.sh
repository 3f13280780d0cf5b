#!/usr/bin/env bash
# Renews both lock files from pyproject.toml, versions kept where they still fit; UPGRADE=1 takes the newest ones.
# No index or host name gets into them, and both hold the same versions.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=.local/tools
if ! [ -x $tools/bin/uv ]; then
    echo "· installing uv into $tools"
    .venv/bin/python -m venv $tools
    $tools/bin/python -m pip install --disable-pip-version-check --quiet uv
fi

compile() {  # output file, then options
    local output=$1
    shift
    $tools/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
        --quiet --custom-compile-command "make lock" --output-file "$output" "$@"
}

compile requirements-dev.lock --extra local --extra dev ${UPGRADE:+--upgrade}
compile requirements.lock --constraint requirements-dev.lock --upgrade

for file in requirements.lock requirements-dev.lock; do
    if grep -qE '://|^--' $file; then
        echo "$file holds an address; it must not. See there." >&2
        exit 1
    fi
    echo "· $file: $(grep -c == $file) packages"
done
