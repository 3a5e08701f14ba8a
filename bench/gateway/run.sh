#!/usr/bin/env bash
# What the gateway costs: the same request straight to a replica and through the gateway, one after the other in one run, with wrk (Debian package wrk).
# Client, gateway and three replicas share the machine; CPU seconds of each are printed. Last, one replica of three is killed (SIGKILL) under load.
# usage: bench/gateway/run.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-8}
work=$(mktemp -d)
pids=()
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap stop EXIT

dotnet build -c Release -v quiet --nologo RagPy.Gateway >/dev/null
dotnet build -c Release -v quiet --nologo bench/gateway >/dev/null
replica=artifacts/bin/RagPy.Bench.Gateway/release/RagPy.Bench.Gateway
gateway=artifacts/bin/RagPy.Gateway/release/RagPy.Gateway

# Starts a program on a free port; sets port and pid.
start() { # PROGRAM
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    ASPNETCORE_URLS="http://127.0.0.1:$port" "$@" >"$work/$port.log" 2>&1 &
    pid=$!
    disown "$pid" # a killed one is no news
    pids+=("$pid")
    for _ in $(seq 100); do
        curl -fs -o /dev/null "http://127.0.0.1:$port/health" && return
        sleep 0.1
    done
    cat "$work/$port.log" >&2
    return 1
}
cpu() { awk '{ print ($14 + $15) / 100 }' "/proc/$1/stat"; } # user + system, in seconds

ports=() replicas=()
for _ in 1 2 3; do
    start "$replica"
    ports+=("$port") replicas+=("$pid")
done
printf '{"destinations":["http://127.0.0.1:%s","http://127.0.0.1:%s","http://127.0.0.1:%s"]}' "${ports[@]}" >"$work/replicas.json"
export RAGPY_GATEWAY_DESTINATIONS=$work/replicas.json RAGPY_GATEWAY_RATE_LIMIT=0 RAGPY_GATEWAY_DRAIN_SECONDS=0
start "$gateway"
front=$port front_pid=$pid

measure() { # NAME URL CONNECTIONS
    local gateway_before replicas_before client
    gateway_before=$(cpu "$front_pid") replicas_before=$(for p in "${replicas[@]}"; do cpu "$p"; done | paste -sd+ | bc)
    local TIMEFORMAT='%U %S'
    client=$({ time wrk -t1 -c"$3" -d"${seconds}s" --latency "$2" >"$work/wrk.txt"; } 2>&1)
    awk -v name="$1" -v c="$3" -v client="$client" \
        -v gateway="$(echo "$(cpu "$front_pid") - $gateway_before" | bc)" \
        -v replicas="$(echo "$(for p in "${replicas[@]}"; do cpu "$p"; done | paste -sd+ | bc) - $replicas_before" | bc)" '
        function ms(text) { return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text * 1000 }
        $1 == "50%" { p50 = ms($2) } $1 == "99%" { p99 = ms($2) } $1 == "Requests/sec:" { rate = $2 }
        /Non-2xx|Socket errors/ { errors = errors " " $0 }
        END {
            split(client, used, " ")
            printf "| %s | %d | %.0f | %.2f | %.2f | %.1f | %.1f | %.1f |%s\n", name, c, rate, p50, p99, used[1] + used[2], gateway, replicas, errors
        }' "$work/wrk.txt"
}

for path in /api/health /api/page /health; do # warm: tiered compilation
    wrk -t1 -c32 -d4s "http://127.0.0.1:$front$path" >/dev/null
    for p in "${ports[@]}"; do wrk -t1 -c32 -d1s "http://127.0.0.1:$p$path" >/dev/null; done
done
echo "| what | connections | requests/s | p50 ms | p99 ms | client CPU s | gateway CPU s | replicas CPU s |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
for c in 1 8 64; do
    measure "replica itself, /api/health" "http://127.0.0.1:${ports[0]}/api/health" "$c"
    measure "through the gateway, /api/health" "http://127.0.0.1:$front/api/health" "$c"
done
measure "replica itself, 10 kB" "http://127.0.0.1:${ports[0]}/api/page" 8
measure "through the gateway, 10 kB" "http://127.0.0.1:$front/api/page" 8
measure "the gateway's own /health" "http://127.0.0.1:$front/health" 64

(sleep "$((seconds / 2))" && kill -9 "${replicas[2]}") &
replicas=("${replicas[@]:0:2}")
measure "one of three replicas killed, /api/page" "http://127.0.0.1:$front/api/page" 32
