#!/usr/bin/env bash
# A hundred listeners of a task over two replicas, each of which loses its connection once. usage: events.sh DATA
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet run -c Release --project bench/RagPy.Bench -- http-events "$1/pdf"
