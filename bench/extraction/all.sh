#!/usr/bin/env bash
# Runs the extractor over every PDF below a folder and prints a table: file, pages, pages that need OCR, outcome, milliseconds.
# usage: all.sh EXTRACTOR FOLDER
set -uo pipefail
extractor=$1 folder=$2
echo "| file | pages | needs OCR | outcome | ms |"
echo "|---|---|---|---|---|"
find "$folder" -type f -iname '*.pdf' | sort | while IFS= read -r file; do
    start=$(date +%s%N)
    out=$(timeout 60 "$extractor" "$file" 2>/dev/null)
    code=$?
    ms=$((($(date +%s%N) - start) / 1000000))
    last=$(printf '%s' "$out" | tail -n 1)
    case $last in
        '{"document"'*)
            outcome=ok
            pages=$(printf '%s' "$out" | grep -c '^{"page"')
            ocr=$(printf '%s' "$out" | grep -c '"needsOcr":true}$')
            ;;
        '{"failure"'*) outcome=$(printf '%s' "$last" | sed 's/.*"code":"\([a-z_]*\)".*/\1/') pages=0 ocr=0 ;;
        *) outcome="crash (exit $code)" pages=0 ocr=0 ;;
    esac
    echo "| ${file#"$folder"/} | $pages | $ocr | $outcome | $ms |"
done
