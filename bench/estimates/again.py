#!/usr/bin/env python3
"""Times estimates of one session, the first and those after it.

usage: again.py ADDRESS COUNT WORK LIST     (ADDRESS: of a running API; WORK: an empty folder; LIST: one PDF path a line, as of ../extraction/corpus.sh)

The library is a ZIP of COUNT PDFs: those of the list in turn, each with a comment of its own at the end.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
import zipfile

TIMES = 4


def pack(count, path, sources):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(count):
            with open(sources[number % len(sources)], "rb") as source:
                archive.writestr(f"{number:05}.pdf", source.read() + b"\n%% %d\n" % number)


def ask(url, body=None):
    headers = {"Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    begun = time.monotonic()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=900) as answer:
        return json.load(answer), time.monotonic() - begun


def main(address, count, work, sources):
    with open(sources) as lines:
        paths = [line.strip() for line in lines if line.strip()]
    path = os.path.join(work, "library.zip")
    pack(int(count), path, paths)
    project, _ = ask(f"{address}/api/v1/projects", {"name": f"estimates {time.time()}"})
    sessions = f"{address}/api/v1/projects/{project['id']}/sessions"
    upload = ["curl", "-sf", "-F", "start=false", "-F", f"file=@{path}", sessions]
    session = json.loads(subprocess.run(upload, check=True, capture_output=True, text=True).stdout)["session"]
    print(f"{count} PDFs, {os.path.getsize(path) / 1e6:,.0f} MB\n\n| estimate | seconds | pages |\n|---|---|---|")
    for number in range(1, TIMES + 1):
        estimate, seconds = ask(f"{address}/api/v1/sessions/{session['id']}/estimate")
        print(f"| {number} | {seconds:.2f} | {estimate['pages']['low']:,}–{estimate['pages']['high']:,} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
