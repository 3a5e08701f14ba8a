#!/usr/bin/env bash
# Puts files into the data folder and into an object storage on this machine (s3rver, a process of its own), and gets them back: run.sh [MEGABYTES]
set -euo pipefail
megabytes=${1:-500}
root=$(cd "$(dirname "$0")/../.." && pwd)
bench=$root/artifacts/bin/RagPy.Bench/release/RagPy.Bench
work=$(mktemp -d)
cp -r "$root/tools/s3rver/." "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null)
mkdir "$work/objects"
mkfifo "$work/input" "$work/output"
node "$work/serve.js" "$work/objects" ragpy <"$work/input" >"$work/output" &
server=$!
exec 3>"$work/input" 4<"$work/output"
trap 'exec 3>&-; wait $server || true; rm -rf "$work"' EXIT
read -r port <&4

echo "## Folder"
echo
"$bench" blobs "$megabytes"
echo
echo "## Object storage (s3rver)"
echo
before=$(awk '{ print $14 + $15 }' /proc/$server/stat)
"$bench" blobs "$megabytes" "http://127.0.0.1:$port"
after=$(awk '{ print $14 + $15 }' /proc/$server/stat)
echo
echo "Processor of the server over all: $(((after - before) / 100)) s; its resident memory at the end: $(awk '/VmRSS/ { print int($2 / 1000) }' /proc/$server/status) MB."
