#!/usr/bin/env python3
"""Every PDF below a folder through the whole pipeline by the command line; checks that each distinct file has a terminal state.

usage: all-files.py RAGPY FOLDER DATA      (a project of its own in the data directory DATA)
"""

import collections
import hashlib
import json
import os
import subprocess
import sys
import time


def main():
    ragpy, folder, data = sys.argv[1:4]
    files = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names if name.lower().endswith(".pdf")]
    hashes = collections.defaultdict(list)
    for path in files:
        with open(path, "rb") as file:
            hashes[hashlib.sha256(file.read()).hexdigest()].append(os.path.relpath(path, folder))
    begun = time.monotonic()
    run = subprocess.run([ragpy, "run", folder, "--project", f"all-files-{os.getpid()}", "--json"], env={**os.environ, "RAGPY_DATA": os.path.abspath(data)},
                         capture_output=True, check=False)
    wall = time.monotonic() - begun
    if run.returncode not in (0, 3):
        sys.exit(f"exit {run.returncode}: {run.stderr.decode()}")
    result = json.loads(run.stdout)
    documents = result["documents"]
    print(f"{len(files)} files, {len(hashes)} distinct; {documents['total']} documents, {documents['indexed']} indexed, {documents['failed']} failed; "
          f"{result['pages']} pages, {result['needs_ocr_pages']} of them without text, {result['chunks']} chunks; task {result['seconds']} s, command {wall:.1f} s, exit {run.returncode}\n")
    print("| code | files | reason (of one) |\n|---|---|---|")
    by_code = collections.defaultdict(list)
    for failure in result["failures"]:
        by_code[failure["code"]].append(failure)
    for code, failures in sorted(by_code.items()):
        print(f"| {code} | {len(failures)} | {failures[0]['reason']} |")
    print("\n| failed file | code |\n|---|---|")
    for failure in sorted(result["failures"], key=lambda f: f["file"]):
        print(f"| {failure['file']} | {failure['code']} |")
    ended = documents["indexed"] + sum(not f["foundByAbstract"] if "foundByAbstract" in f else True for f in result["failures"])
    print(f"\nstate {result['state']}: every document ended" if result["state"] == "completed" and ended >= len(hashes)
          else f"\nNOT EVERY DOCUMENT ENDED: {ended} of {len(hashes)}")


if __name__ == "__main__":
    main()
