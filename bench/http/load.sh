#!/usr/bin/env bash
# hey (Debian: apt-get install hey) on the probe and on lists of sessions, 5,000 requests, 50 at once.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet run -c Release --project bench/RagPy.Bench -- http-load
