#!/usr/bin/env python3
"""Tokens of the pages of PDFs: of single files, of whole libraries, and of libraries drawn from all files; against the bounds of PageTokens.cs.

usage: tokens.py BENCH DATA        (BENCH: the program RagPy.Bench; DATA: the collection, with folders pdf and zotero)
"""

import json
import math
import os
import random
import subprocess
import sys

DRAWS = 3000
SIZES = (1, 3, 10, 30, 100, 300)


def bounds(files):
    spread = 1 / math.sqrt(max(1, files))
    return 400 - 300 * spread, 1000 + 400 * spread


def quantile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))]


def mean(files):
    pages = sum(file["text_pages"] for file in files)
    return sum(file["sum"] for file in files) / pages if pages else 0


def read(bench, data):
    folders = [os.path.join(data, "pdf"), os.path.join(data, "zotero")]
    out = subprocess.run([bench, "page-tokens", *folders], check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        file = json.loads(line)
        if "tokens" in file:
            file["sum"] = sum(file["tokens"])
            file["text_pages"] = file["pages"] - file["unreadable"]
            file["library"] = "/".join(os.path.relpath(file["path"], data).split("/")[:2])
            yield file


def main(bench, data):
    files = list(read(bench, data))
    print("| library | files | pages | of these images | tokens | a page with text | bounds | within |")
    print("|---|---|---|---|---|---|---|---|")
    for library in sorted({file["library"] for file in files}):
        own = [file for file in files if file["library"] == library]
        low, high = bounds(len(own))
        pages, images = sum(f["pages"] for f in own), sum(f["unreadable"] for f in own)
        within = "yes" if low <= mean(own) <= high else "no"
        print(f"| {library} | {len(own)} | {pages} | {images} | {sum(f['sum'] for f in own)} | {mean(own):.0f} | {low:.0f}–{high:.0f} | {within} |")

    texts = [f for f in files if f["pages"] >= 2 and mean([f]) > 50]
    means = [mean([f]) for f in texts]
    marks = ", ".join(f"{p:.0%} {quantile(means, p):.0f}" for p in (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95))
    print(f"\n{len(texts)} files with two pages or more and more than 50 tokens a page; percentiles of a file's mean: {marks}.\n")
    print("| files drawn | 5 % | 10 % | median | 90 % | 95 % | bounds | of the libraries within |")
    print("|---|---|---|---|---|---|---|---|")
    random.seed(1)
    for size in SIZES:
        drawn = [mean([random.choice(texts) for _ in range(size)]) for _ in range(DRAWS)]
        low, high = bounds(size)
        within = sum(low <= value <= high for value in drawn) / DRAWS
        row = " | ".join(f"{quantile(drawn, p):.0f}" for p in (0.05, 0.1, 0.5, 0.9, 0.95))
        print(f"| {size} | {row} | {low:.0f}–{high:.0f} | {within:.1%} |")

    counted = [f for f in files if f["counted"] is not None]
    wrong = [f"{os.path.basename(f['path'])} ({f['counted']} for {f['pages']})" for f in counted if f["counted"] != f["pages"]]
    print(f"\nPages counted without reading: {len(counted)} of {len(files)} files; wrong: {', '.join(wrong) or 'none'}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
