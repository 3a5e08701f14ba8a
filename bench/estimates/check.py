#!/usr/bin/env python3
"""Brings libraries in and holds what they then have against what was estimated before; and times estimates.

usage: check.py RAGPY WORK LIBRARY…        (RAGPY: the program; WORK: an empty folder; each library what 'ragpy run' takes)

Tokens after the run are asked of 'ragpy estimate' for another embedder: of passages in the database it counts them exactly.
"""

import json
import os
import subprocess
import sys
import time

MODEL = "openai/text-embedding-3-large"


def call(ragpy, environment, *arguments, allowed=(0,)):
    begun = time.monotonic()
    done = subprocess.run([ragpy, *arguments, "--json"], env=environment, capture_output=True, text=True)
    if done.returncode not in allowed:
        raise SystemExit(f"{arguments}: {done.stderr}")
    return json.loads(done.stdout), time.monotonic() - begun


def shown(amount):
    return f"{amount['low']:,}" if amount["low"] == amount["high"] else f"{amount['low']:,}–{amount['high']:,}"


def main(ragpy, work, *libraries):
    # The key is never used: offline vectors are made, and the other embedder is only asked what it would cost.
    environment = dict(os.environ, RAGPY_DATA=work, OPENAI_API_KEY="unused", RAGPY_OCR="none")
    print("| library | documents | pages | tokens estimated | tokens | within | passages estimated | passages |")
    print("|---|---|---|---|---|---|---|---|")
    for number, library in enumerate(libraries):
        project = f"library-{number}"
        before, _ = call(ragpy, environment, "estimate", library, "--project", project, "--embedder", MODEL)
        call(ragpy, environment, "run", library, "--project", project, allowed=(0, 3))
        after, _ = call(ragpy, environment, "estimate", library, "--project", project, "--embedder", MODEL)
        tokens, passages = after["tokens"]["low"], after["passages"]["low"]
        within = "yes" if before["tokens"]["low"] <= tokens <= before["tokens"]["high"] else "no"
        print(
            f"| {library} | {before['documents']} | {shown(before['pages'])} | {shown(before['tokens'])} | {tokens:,} | {within}"
            f" | {shown(before['passages'])} | {passages:,} |",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
