#!/usr/bin/env python3
"""What a second run of the same library costs, and whether a changed library changes exactly what changed.

usage: changes.py RAGPY FOLDER DATA [DOCUMENTS]     (FOLDER of PDFs, e.g. from copies.py; DATA is used as it is, in a project of its own)

Makes a Zotero export (Better BibTeX JSON) of the first DOCUMENTS (default 1000) files, hard links to them, and runs `ragpy run --json` on it: at first, again
as it was, with one PDF replaced, one item removed and one added, and once more. After each run every chunk (`ragpy export`) is compared with those before:
the chunks of the documents named are the only ones that may differ.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

PROJECT = "changes"


class Library:
    def __init__(self, folder, files):
        self.folder, self.items = folder, {}
        for number, file in enumerate(files):
            self.add(number, file)

    def add(self, number, file):
        path = os.path.join("files", str(number), os.path.basename(file))
        os.makedirs(os.path.join(self.folder, "files", str(number)), exist_ok=True)
        target = os.path.join(self.folder, path)
        if os.path.exists(target):
            os.remove(target)
        try:
            os.link(file, target)
        except OSError:
            shutil.copy(file, target)
        key = f"{number:08d}"
        self.items[number] = {
            "itemID": number, "itemKey": key, "uri": f"http://zotero.org/users/local/BENCH001/items/{key}", "itemType": "journalArticle",
            "title": f"Paper {number}", "creators": [{"creatorType": "author", "lastName": f"Author{number % 97}", "firstName": "A."}],
            "date": str(1990 + number % 30),
            "attachments": [{"itemType": "attachment", "itemID": 1_000_000 + number, "itemKey": f"A{number:07d}", "title": "PDF", "path": path,
                             "uri": f"http://zotero.org/users/local/BENCH001/items/A{number:07d}"}],
        }

    def write(self):
        with open(os.path.join(self.folder, "library.json"), "w", encoding="utf-8") as file:
            json.dump({"config": {"id": "36a3b0b5-bad0-4a04-b79b-441c7cef77db", "label": "BetterBibTeX JSON", "options": {"exportFileData": True}},
                       "collections": {}, "items": list(self.items.values())}, file)


class Bench:
    def __init__(self, ragpy, library, environment):
        self.ragpy, self.library, self.environment, self.before = ragpy, library, environment, None

    def call(self, *arguments):
        done = subprocess.run([self.ragpy, *arguments, "--project", PROJECT], env=self.environment, capture_output=True, check=False)
        if done.returncode not in (0, 3):
            sys.exit(done.stderr.decode())
        return done.stdout

    def run(self, what):
        """Prints one row: what the run says, and which papers' chunks are not those of the run before."""
        self.library.write()
        begun = time.monotonic()
        result = json.loads(self.call("run", self.library.folder, "--json"))
        wall = time.monotonic() - begun
        now, changed = self.chunks(), "–"
        if self.before is not None:
            titles = {title for key in now.keys() | self.before.keys() if now.get(key) != self.before.get(key)
                      for title, _ in (now.get(key) or self.before[key],)}
            changed = ", ".join(sorted(titles)) or "none"
        d = result["documents"]
        print(f"| {what} | {d['total']} | {d['indexed']} | {d['added']} | {d['changed']} | {d['removed']} | {d['unchanged']} | {result['seconds']:.1f} | {wall:.1f} "
              f"| {len(now)} | {changed} |", flush=True)
        self.before = now

    def chunks(self):
        with tempfile.TemporaryDirectory() as out:
            self.call("export", "--out", out)
            with open(os.path.join(out, "output_chunks.json"), encoding="utf-8") as file:
                return {c["id"]: (c["title"], c["text"]) for c in json.load(file)}


def main():
    ragpy, folder, data = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 1000
    files = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(folder))) as place:
        library = Library(place, files[:count])
        bench = Bench(ragpy, library, {**os.environ, "RAGPY_DATA": os.path.abspath(data)})
        print("| run | documents | indexed | added | changed | removed | unchanged | task s | command s | chunks | papers whose chunks differ from the run before |")
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        bench.run("first")
        bench.run("the same again")
        with tempfile.NamedTemporaryFile(dir=place, suffix=".pdf") as other:
            # The pages of another paper in the place of paper 3; white space after a PDF's end makes it a file of its own.
            with open(files[20], "rb") as donor:
                other.write(donor.read() + b"\n")
            other.flush()
            target = os.path.join(place, library.items[3]["attachments"][0]["path"])
            os.remove(target)
            shutil.copy(other.name, target)
        del library.items[10]
        with open(os.path.join(place, "new.pdf"), "wb") as new, open(files[30], "rb") as donor:
            new.write(donor.read() + b"\n")
        library.add(count, os.path.join(place, "new.pdf"))
        bench.run("paper 3's PDF replaced, paper 10 removed, one added")
        bench.run("the same again")


if __name__ == "__main__":
    main()
