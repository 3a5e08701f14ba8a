#!/usr/bin/env bash
# What the way through the gateway costs in the system as the AppHost runs it: a list of projects from a replica itself, and through the orchestrator's port and the gateway,
# one after the other in one run, with wrk (Debian package wrk). Client, gateway, one replica, database and the rest share the machine.
# usage: bench/apphost/gateway.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-8}
data=$(mktemp -d)
chmod 755 "$data"
mkdir -p .ragpy/tools
ln -s "$PWD/.ragpy/tools" "$data/tools"
dotnet build -c Release RagPy.AppHost -v quiet --nologo >/dev/null
export RAGPY_DATA=$data RAGPY_PORT=0 ASPNETCORE_URLS=http://localhost:0 DOTNET_ENVIRONMENT=Production
dotnet exec artifacts/bin/RagPy.AppHost/release/RagPy.AppHost.dll --replicas api=1 --set RAGPY_GATEWAY_RATE_LIMIT=0 >"$data/said" 2>&1 &
host=$!
stop() {
    kill "$host" 2>/dev/null && wait "$host" || true
    rm -rf "$data"
}
trap stop EXIT
until grep -q "Ctrl-C stops everything" "$data/said"; do
    kill -0 "$host" || { cat "$data/said" >&2; exit 1; }
    sleep 0.2
done
front=$(awk '/Web page/ { print $3 }' "$data/said")
replica=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["destinations"][0])' "$data/apphost/api-http.replicas.json")

measure() { # NAME URL CONNECTIONS
    wrk -t1 -c"$3" -d"${seconds}s" --latency "$2" | awk -v name="$1" -v c="$3" '
        function ms(text) { return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text * 1000 }
        $1 == "50%" { p50 = ms($2) } $1 == "99%" { p99 = ms($2) } $1 == "Requests/sec:" { rate = $2 } /Non-2xx|Socket errors/ { errors = errors " " $0 }
        END { printf "| %s | %d | %.0f | %.2f | %.2f |%s\n", name, c, rate, p50, p99, errors }'
}

wrk -t1 -c8 -d20s "$front/api/v1/projects" >/dev/null # warm: tiered compilation
echo "| what | connections | requests/s | p50 ms | p99 ms |"
echo "| --- | --- | --- | --- | --- |"
for c in 1 8; do
    measure "replica itself, /api/v1/projects" "$replica/api/v1/projects" "$c"
    measure "through the gateway, /api/v1/projects" "$front/api/v1/projects" "$c"
done
measure "the gateway's own /health" "$front/health" 64
