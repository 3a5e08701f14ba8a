#!/usr/bin/env bash
# Three replicas of the API behind the gateway, run by the AppHost: 200 reads and searches a second and event streams, while two replicas are killed (SIGKILL) and all are
# restarted one after the other. It is the test ApplicationFailoverTests, made to last, after 20 s of the same load to warm up; client, services and database share the machine.
# usage: bench/gateway/failover.sh [SECONDS [REQUESTS_PER_SECOND]]
set -euo pipefail
cd "$(dirname "$0")/../.."
report=$(mktemp)
trap 'rm -f "$report"' EXIT
dotnet build -c Release RagPy.Tests -v quiet --nologo >/dev/null
RAGPY_FAILOVER_SECONDS=${1:-60} RAGPY_FAILOVER_RATE=${2:-200} RAGPY_FAILOVER_REPORT=$report \
    artifacts/bin/RagPy.Tests/release/RagPy.Tests --filter-class '*ApplicationFailoverTests' >&2 || true
cat "$report"
