#!/usr/bin/env bash
# Ten papers and books of the collection (244 pages), uploaded together by HTTP until search finds them. usage: upload.sh DATA
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet run -c Release --project bench/RagPy.Bench -- http-upload "$1/pdf" \
  sample-files/009-pdflatex-geotopo/GeoTopo-komprimiert.pdf grobid/test/MullenJSSv18i03.pdf docling/pdf/sources/redp5110_sampled.pdf \
  grobid/test/0807.3577.pdf grobid/test/test_Grobid_1_05452615.pdf grobid/sample1/sample.pdf grobid/sample2/sample.pdf \
  grobid/sample3/sample.pdf grobid/sample4/sample.pdf grobid/org/grobid/core/engines/patent/ReferenceExtractor/sample-1.pdf
