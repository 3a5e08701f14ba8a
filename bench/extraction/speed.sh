#!/usr/bin/env bash
# Pages per second against pdftotext on one core and on two, process starts included on both sides.
# usage: speed.sh EXTRACTOR LIST [PASSES]    (LIST: one PDF path a line)
set -euo pipefail
extractor=$1 list=$2 passes=${3:-3}
pages=0
while IFS= read -r file; do
    n=$(pdfinfo "$file" 2>/dev/null | awk '/^Pages:/ { print $2 }' || true)
    pages=$((pages + ${n:-0}))
done <"$list"

# Prints wall seconds, CPU seconds (user + system, children included) and CPU seconds that others used meanwhile. On a busy machine CPU is what to compare.
seconds() { # COMMAND-LINE...
    local TIMEFORMAT='%R %U %S' before after
    before=$(machine)
    read -r wall user system < <({ time "$@"; } 2>&1 | tail -n 1)
    after=$(machine)
    awk -v w="$wall" -v u="$user" -v s="$system" -v b="$before" -v a="$after" 'BEGIN { o = a - b - u - s; print w, u + s, (o > 0 ? o : 0) }'
}
machine() {
    awk -v hz="$(getconf CLK_TCK)" '/^cpu / { print ($2 + $3 + $4 + $7 + $8 + $9) / hz; exit }' /proc/stat
}
run() { # CORES JOBS PROGRAM ARGUMENTS-AFTER-FILE...
    local cores=$1 jobs=$2
    shift 2
    # All passes are one queue, so that two processes wait for each other once, at its end.
    # shellcheck disable=SC2016
    for _ in $(seq "$passes"); do cat "$list"; done | tr '\n' '\0' |
        taskset -c "$cores" xargs -0 -P "$jobs" -I{} sh -c '"$0" "$1" ${2:+"$2"} >/dev/null 2>&1' "$1" {} "${2:-}" || true
}
read -r ours ours_cpu ours_else < <(seconds run 0 1 "$extractor")
read -r theirs theirs_cpu theirs_else < <(seconds run 0 1 pdftotext -)
read -r two two_cpu two_else < <(seconds run 0,1 2 "$extractor")
awk -v p="$pages" -v n="$passes" -v a="$ours" -v ac="$ours_cpu" -v ae="$ours_else" -v b="$theirs" -v bc="$theirs_cpu" -v be="$theirs_else" \
    -v c="$two" -v cc="$two_cpu" -v ce="$two_else" -v f="$(wc -l <"$list")" 'BEGIN {
    printf "%d files, %d pages, %d passes\n\n", f, p, n
    print "| | pages/s | seconds | CPU s | CPU s of others meanwhile |\n|---|---|---|---|---|"
    printf "| extractor, one core | %.1f | %.2f | %.2f | %.2f |\n", p * n / a, a, ac, ae
    printf "| pdftotext, one core | %.1f | %.2f | %.2f | %.2f |\n", p * n / b, b, bc, be
    printf "| extractor, two cores | %.1f | %.2f | %.2f | %.2f |\n\n", p * n / c, c, cc, ce
    printf "extractor : pdftotext = %.2f (by CPU time %.2f); two cores : one = %.2f (by CPU time %.2f)\n", b / a, bc / ac, a / c, 2 * ac / cc
}'
