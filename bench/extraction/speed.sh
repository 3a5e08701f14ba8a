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

# Prints wall seconds and CPU seconds (user + system, children included); on a busy machine the second is the one to compare.
seconds() { # COMMAND-LINE...
    local TIMEFORMAT='%R %U %S'
    { time "$@"; } 2>&1 | awk 'END { print $1, $2 + $3 }'
}
run() { # CORES JOBS PROGRAM ARGUMENTS-AFTER-FILE...
    local cores=$1 jobs=$2
    shift 2
    for _ in $(seq "$passes"); do
        # shellcheck disable=SC2016
        tr '\n' '\0' <"$list" | taskset -c "$cores" xargs -0 -P "$jobs" -I{} sh -c '"$0" "$1" ${2:+"$2"} >/dev/null 2>&1' "$1" {} "${2:-}" || true
    done
}
read -r ours ours_cpu < <(seconds run 0 1 "$extractor")
read -r theirs theirs_cpu < <(seconds run 0 1 pdftotext -)
read -r two two_cpu < <(seconds run 0,1 2 "$extractor")
awk -v p="$pages" -v n="$passes" -v a="$ours" -v ac="$ours_cpu" -v b="$theirs" -v bc="$theirs_cpu" -v c="$two" -v f="$(wc -l <"$list")" 'BEGIN {
    printf "%d files, %d pages, %d passes\n", f, p, n
    printf "extractor, one core:  %7.1f pages/s (%.2f s, CPU %.2f s)\n", p * n / a, a, ac
    printf "pdftotext, one core:  %7.1f pages/s (%.2f s, CPU %.2f s)\n", p * n / b, b, bc
    printf "ratio                 %7.2f (by CPU time %.2f)\n", b / a, bc / ac
    printf "extractor, two cores: %7.1f pages/s, %.2f x one core\n", p * n / c, a / c
}'
