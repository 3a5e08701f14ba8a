#!/usr/bin/env python3
"""Truth of citations: searches sentences that pdftotext finds in the papers and looks at what is cited.

usage: citations.py RAGPY FOLDER PROJECT [--sentences N] [--seed N] [--show N]

RAGPY is the built program RagPy.Ingestion; FOLDER was brought into PROJECT before, and RAGPY_DATA names the same data (a worker that
runs beside spares each search the start of PostgreSQL). A sentence has 10 to 25 words, stands on one page of one file only, and is
looked for as it is. Reported of the first hit: the right file, the sentence's page, the quote holding the sentence's words, and the boxes
holding exactly the quote's words (words whose middle lies in a box, by pdftotext -bbox, F1 over bags of words of at least three letters).
"""

import argparse
import collections
import html
import json
import pathlib
import random
import re
import subprocess
import unicodedata

WORD = re.compile(r"[^\W_]+")
BOX = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')


def words(text):
    return WORD.findall(unicodedata.normalize("NFKC", text).lower())


def sentences_of(path):
    run = subprocess.run(["pdftotext", "-enc", "UTF-8", path, "-"], capture_output=True, check=False)
    for index, page in enumerate(run.stdout.decode("utf-8", "replace").split("\f")[:-1], 1):
        for paragraph in re.split(r"\n\s*\n", page):
            flat = re.sub(r"\s+", " ", paragraph)
            for found in re.finditer(r"(?<=[a-zé)]\. )[A-ZÉÀ][^.!?;:=\[\]]{60,180}[a-zé]\.(?= [A-Z])", flat):
                sentence = found.group(0)
                count = len(words(sentence))
                if 10 <= count <= 25 and sum(map(str.isdigit, sentence)) <= 4 and "- " not in sentence:
                    yield index, sentence


def boxes(path, page):
    run = subprocess.run(["pdftotext", "-cropbox", "-bbox", "-f", str(page), "-l", str(page), path, "-"], capture_output=True, check=False)
    return [(*map(float, m[:4]), html.unescape(m[4])) for m in BOX.findall(run.stdout.decode("utf-8", "replace"))]


def f1(a, b):
    a, b = collections.Counter(a), collections.Counter(b)
    total = sum(a.values()) + sum(b.values())
    return 2 * sum((a & b).values()) / total if total else 1.0


def long_words(text):
    return [word for word in words(text) if len(word) > 2]


def boxed(path, quote):
    got = []
    for part in quote["parts"]:
        for x0, y0, x1, y1, text in boxes(path, part["page"]):
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            if any(q[0] - 1 <= x <= q[2] + 1 and q[1] - 1 <= y <= q[3] + 1 for q in part["quads"]):
                got += long_words(text)
    return got


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ragpy")
    parser.add_argument("folder")
    parser.add_argument("project")
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10)
    options = parser.parse_args()
    pool, seen = [], collections.Counter()
    for path in sorted(pathlib.Path(options.folder).rglob("*.pdf")):
        for page, sentence in sentences_of(str(path)):
            seen[tuple(words(sentence))] += 1
            pool.append((str(path), page, sentence))
    pool = [entry for entry in pool if seen[tuple(words(entry[2]))] == 1]
    random.Random(options.seed).shuffle(pool)
    pool = pool[: options.sentences]
    tally, shown = collections.Counter(), 0
    for path, page, sentence in pool:
        command = [options.ragpy, "search", sentence, "--project", options.project, "--top", "1", "--json"]
        run = subprocess.run(command, capture_output=True, check=False)
        hits = json.loads(run.stdout)["results"] if run.returncode == 0 else []
        hit = hits[0] if hits else None
        facts = {"hit": hit is not None}
        if hit:
            facts["document"] = pathlib.Path(hit["file"]).name == pathlib.Path(path).name
        if facts.get("document"):
            wanted, quoted = words(sentence), words(hit["quote"]["text"])
            facts["page"] = (hit["page"] or {}).get("index") == page
            facts["quote"] = f" {' '.join(wanted)} " in f" {' '.join(quoted)} "
            facts["quote, but for 2 words"] = sum((collections.Counter(wanted) - collections.Counter(quoted)).values()) <= 2
            joined = long_words(re.sub(r"(?<=\w)[-\u2010]\s+", "", hit["quote"]["text"]))
            facts["boxes"] = f1(joined, boxed(path, hit["quote"])) >= 0.9
        for name, value in facts.items():
            tally[name] += value
        if not all(facts.values()) and shown < options.show:
            shown += 1
            print({k: v for k, v in facts.items() if not v}, pathlib.Path(path).name, "page", page, "|", sentence)
            if hit:
                print("    cited", pathlib.Path(hit["file"]).name, hit["page"], "|", hit["quote"]["text"])
    print(f"{len(pool)} sentences of {len({entry[0] for entry in pool})} files")
    for name in ("hit", "document", "page", "quote", "quote, but for 2 words", "boxes"):
        print(f"{name:24} {tally[name]:4} {tally[name] / max(1, len(pool)):.3f}")


if __name__ == "__main__":
    main()
