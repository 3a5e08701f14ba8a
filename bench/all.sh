#!/usr/bin/env bash
# Everything in order; each output is printed and kept as WORK/NAME.txt.
# usage: all.sh DATA WORK     (DATA: folders pdf, zotero, ir; WORK: an empty folder)
set -euo pipefail
data=$(realpath "$1") work=$(realpath "$2")
cd "$(dirname "$0")/.."
dotnet build -c Release -v q --nologo
extractor=$PWD/artifacts/extractor/RagPy.Extractor
ragpy=$PWD/artifacts/bin/RagPy.Ingestion/release/RagPy.Ingestion
bench=(dotnet artifacts/bin/RagPy.Bench/release/RagPy.Bench.dll)
export RAGPY_DATA=$work/data

keep() { # NAME COMMAND…
    echo "# $1"
    "${@:2}" | tee "$work/$1.txt"
}

bench/extraction/corpus.sh "$data/pdf/grobid" "$data/pdf/docling" "$data/zotero/datadir" >"$work/papers"
keep extraction-speed bench/extraction/speed.sh "$extractor" "$work/papers" 3
keep extraction-quality bench/extraction/quality.py "$extractor" "$work/papers"
keep extraction-all bench/extraction/all.sh "$extractor" "$data/pdf"
keep pipeline-all-files bench/pipeline/all-files.py "$ragpy" "$data/pdf" "$RAGPY_DATA"
bench/pipeline/copies.py "$work/papers" 2000 "$work/2000"
mkdir -p "$work/1000"
find "$work/2000" -name '0*.pdf' | sort | head -n 1000 | xargs -d '\n' cp -l -t "$work/1000"
keep pipeline-1000 bench/pipeline/run.py "$extractor" "$ragpy" "$work/1000" "$RAGPY_DATA"
keep pipeline-changes bench/pipeline/changes.py "$ragpy" "$work/1000" "$RAGPY_DATA" 1000
keep pipeline-2000 bench/pipeline/run.py "$extractor" "$ragpy" "$work/2000" "$RAGPY_DATA"
keep pumps "${bench[@]}" pumps 20000 30
keep chunking dotnet artifacts/bin/RagPy.Bench.Chunking/release/RagPy.Bench.Chunking.dll
for collection in cranfield piaf-fr; do
    for mode in sparse hybrid; do
        keep "retrieval-$collection-$mode" "$ragpy" eval "$data/ir/$collection" --mode "$mode" --json
    done
done
keep search-512 "${bench[@]}" search 100000 512
keep search-3072 "${bench[@]}" search 100000 3072
