#!/usr/bin/env python3
"""Word and bigram F1 of the extractor against poppler's pdftotext, per file and as medians.

usage: quality.py EXTRACTOR LIST [--tokens]        (LIST: a file with one PDF path a line, e.g. from corpus.sh)

A file's text is all its pages in order. It is normalised by NFKC and lower-cased; hyphens at line ends are as each program resolved
them. Words: maximal runs of letters and digits (with --tokens: runs without white space, punctuation included). F1 compares bags
(multisets) of words and of pairs of neighbouring words. Files that either program gives no text for are listed and left out.
"""

import collections
import json
import re
import statistics
import subprocess
import sys
import unicodedata

WORD = re.compile(r"[^\W_]+")
TOKEN = re.compile(r"\S+")


def ours(extractor, path):
    run = subprocess.run([extractor, path], capture_output=True, check=False)
    pages = []
    for line in run.stdout.decode("utf-8").splitlines():
        value = json.loads(line)
        if "page" in value:
            pages.append(value["text"])
    return "\n".join(pages)


def poppler(path):
    run = subprocess.run(["pdftotext", "-enc", "UTF-8", path, "-"], capture_output=True, check=False)
    return run.stdout.decode("utf-8", "replace")


def f1(a, b):
    a, b = collections.Counter(a), collections.Counter(b)
    common = sum((a & b).values())
    total = sum(a.values()) + sum(b.values())
    return 2 * common / total if total else 1.0


def words(text, pattern):
    return pattern.findall(unicodedata.normalize("NFKC", text).lower())


def main():
    extractor, listing = sys.argv[1:3]
    pattern = TOKEN if "--tokens" in sys.argv else WORD
    rows, skipped = [], []
    with open(listing, encoding="utf-8") as paths:
        for path in paths.read().splitlines():
            a, b = words(ours(extractor, path), pattern), words(poppler(path), pattern)
            if not a or not b:
                skipped.append((path, len(a), len(b)))
                continue
            rows.append((f1(a, b), f1(zip(a, a[1:]), zip(b, b[1:])), len(a), len(b), path))
    print("| word F1 | bigram F1 | words | words of pdftotext | file |\n|---|---|---|---|---|")
    for word, bigram, n, m, path in sorted(rows):
        print(f"| {word:.4f} | {bigram:.4f} | {n} | {m} | {path.rsplit('/', 1)[-1]} |")
    print(f"\nmedian of {len(rows)} files: word F1 {statistics.median(r[0] for r in rows):.4f}, "
          f"bigram F1 {statistics.median(r[1] for r in rows):.4f}")
    print(f"lowest decile: word F1 {sorted(r[0] for r in rows)[len(rows) // 10]:.4f}, "
          f"bigram F1 {sorted(r[1] for r in rows)[len(rows) // 10]:.4f}")
    for path, n, m in skipped:
        print(f"left out (words {n}, pdftotext {m}): {path.rsplit('/', 1)[-1]}")


if __name__ == "__main__":
    main()
