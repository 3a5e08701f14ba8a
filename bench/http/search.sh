#!/usr/bin/env bash
# Searches by HTTP over 100,000 chunks, one at a time and twenty at once. usage: search.sh [CHUNKS]
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet run -c Release --project bench/RagPy.Bench -- http-search "${1:-100000}"
