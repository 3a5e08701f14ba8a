#!/usr/bin/env bash
# Prints the distinct PDFs (by SHA-256) below the given folders, one path a line.
set -euo pipefail
find "$@" -type f -iname '*.pdf' -print0 | sort -z | xargs -0 sha256sum | awk '!seen[$1]++ { print substr($0, 67) }'
