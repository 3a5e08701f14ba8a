#!/usr/bin/env python3
"""Makes many different PDFs of few: real pages whose words differ from copy to copy.

usage: copies.py LIST COUNT FOLDER [LETTERS]     (LIST: one PDF path a line, e.g. from ../extraction/corpus.sh; needs qpdf)

Each copy is a paper of the list, byte for byte (with cross-reference table, by qpdf), and an incremental update (ISO 32000-1, 7.5.6) that gives every font
of the file another table of characters: the LETTERS, small and capital, change places, each copy by a permutation of its own (seeded by its number). So the
program reads the same operators, fonts and positions as in the original, and finds other words: `provable` may read `brojaple` here and `vroqakle` there. The
letters of most function words (the, is, to, in, on; le, la, les, un, est, sont) keep their places, so that the
language stays recognisable. Files without a text layer are left out. The copies of all papers take turns, so any first part of them is a fair sample.
"""

import base64
import json
import os
import random
import re
import string
import subprocess
import sys
import tempfile

# A quarter of all words change and every passage does; nonsense has more tokens a word, and these letters make few more. With the fifteen letters
# bcdfgjkmpqvwxyz two words of three change, and the same pages give one and a half times as many passages.
LETTERS = "bjkpqvxz"
HEXES = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


def permutation(letters, seed):
    """A derangement of the letters as a table for str.translate."""
    rng = random.Random(seed)
    while True:
        shuffled = rng.sample(letters, len(letters))
        if all(a != b for a, b in zip(letters, shuffled)):
            small = dict(zip(letters, shuffled))
            return str.maketrans({**small, **{a.upper(): b.upper() for a, b in small.items()}})


def pieces(cmap, section):
    """The operands of every begin…/end… section of this name."""
    for body in re.findall(rb"begin" + section + rb"(.*?)end" + section, cmap, re.S):
        yield [m.group(1) if m.group(1) is not None else (m.group(2) or m.group(3)) for m in HEXES.finditer(body)]


def clean(value):
    return re.sub(rb"\s", b"", value).decode().lower()


def utf16(value):
    return bytes.fromhex(clean(value)).decode("utf-16-be", "replace")


def to_unicode(cmap):
    """Code (hexadecimal) → text of a ToUnicode CMap."""
    table = {}
    for operands in pieces(cmap, b"bfchar"):
        for code, text in zip(operands[::2], operands[1::2]):
            table[clean(code)] = utf16(text)
    for operands in pieces(cmap, b"bfrange"):
        at = 0
        while at + 2 < len(operands):
            low, high = clean(operands[at]), clean(operands[at + 1])
            codes = [f"{c:0{len(low)}x}" for c in range(int(low, 16), min(int(high, 16), int(low, 16) + 65535) + 1)]
            if operands[at + 2] == b"[":
                end = operands.index(b"]", at)
                table.update(zip(codes, map(utf16, operands[at + 3 : end])))
                at = end + 1
            else:
                text = utf16(operands[at + 2])
                table.update((code, text[:-1] + chr(ord(text[-1]) + i)) for i, code in enumerate(codes) if text)
                at += 3
    return table


def write_cmap(table, letters):
    width = max(map(len, table))
    lines = ["/CIDInit /ProcSet findresource begin 12 dict begin begincmap", "/CMapName /Copy def /CMapType 2 def",
             f"1 begincodespacerange <{'0' * width}> <{'f' * width}> endcodespacerange"]
    entries = [f"<{code}> <{text.translate(letters).encode('utf-16-be', 'replace').hex()}>" for code, text in sorted(table.items())]
    for at in range(0, len(entries), 100):
        part = entries[at : at + 100]
        lines += [f"{len(part)} beginbfchar", *part, "endbfchar"]
    return "\n".join([*lines, "endcmap end end"]).encode()


def pdf(value):
    """A value of qpdf's JSON in PDF's syntax."""
    if isinstance(value, dict):
        return "<<" + " ".join(f"{k} {pdf(v)}" for k, v in value.items()) + ">>"
    if isinstance(value, list):
        return "[" + " ".join(map(pdf, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    if not isinstance(value, str):
        return repr(value)
    if value.startswith("u:"):
        return "<feff" + value[2:].encode("utf-16-be").hex() + ">"
    return f"<{value[2:]}>" if value.startswith("b:") else value


class Paper:
    def __init__(self, path, number):
        self.name = f"{number:02d}-" + re.sub(r"[^\w.-]+", "_", os.path.basename(path))[:60].removesuffix(".pdf")
        run = ["qpdf", "--warning-exit-0", "--decrypt", "--object-streams=disable", "--stream-data=preserve"]
        self.base = subprocess.run([*run, "--static-id", path, "-"], check=True, capture_output=True).stdout
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(self.base)
            file.flush()
            dump = subprocess.run(["qpdf", "--warning-exit-0", "--json=2", "--json-stream-data=inline", "--decode-level=generalized", file.name],
                                  capture_output=True, check=True)
        header, objects = json.loads(dump.stdout)["qpdf"]
        self.next = header["maxobjectid"] + 1
        self.trailer = objects.pop("trailer")["value"]
        self.objects = {key.removeprefix("obj:"): value for key, value in objects.items()}
        self.previous = int(re.findall(rb"startxref\s+(\d+)", self.base)[-1])
        self.fonts = [(key, o["value"]) for key, o in self.objects.items()
                      if isinstance(o.get("value"), dict) and o["value"].get("/Type") == "/Font" and "/CIDFont" not in o["value"].get("/Subtype", "")]

    def copy(self, letters, seed):
        out, offsets = bytearray(self.base), {}

        def add(number, content):
            offsets[number] = len(out)
            out.extend(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")

        if out[-1:] != b"\n":
            out += b"\n"
        fresh = self.next
        for key, font in self.fonts:
            number = int(key.split()[0])
            reference = font.get("/ToUnicode")
            stream = self.objects.get(reference, {}).get("stream") if isinstance(reference, str) else None
            table = to_unicode(base64.b64decode(stream["data"])) if stream else {}
            if table:
                data = write_cmap(table, letters)
                add(fresh, f"<</Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream")
                add(number, pdf({**font, "/ToUnicode": f"{fresh} 0 R"}).encode())
                fresh += 1
            elif font.get("/Subtype") != "/Type0":
                add(number, pdf({**font, "/Encoding": self.encoding(font, letters)}).encode())
        self.finish(out, offsets, fresh, seed)
        return out

    def encoding(self, font, letters):
        """The font's encoding with names of letters exchanged; where a code has no name of its own, that of ASCII."""
        given = font.get("/Encoding")
        given = self.objects[given]["value"] if isinstance(given, str) and given in self.objects else given
        names, code = {}, 0
        for entry in given.get("/Differences", []) if isinstance(given, dict) else []:
            if isinstance(entry, int):
                code = entry
            else:
                names[code] = entry
                code += 1
        if not names and re.search("CMSY|CMMI|CMEX|MSBM|Symbol|Dingbats", font.get("/BaseFont", "")):
            return given if given is not None else {"/Type": "/Encoding"}
        for letter in string.ascii_letters:
            names.setdefault(ord(letter), f"/{letter}")
        differences = []
        for code, name in sorted(names.items()):
            differences += [code, f"/{name[1:].translate(letters)}" if len(name) == 2 else name]
        base = given.get("/BaseEncoding") if isinstance(given, dict) else given
        return {"/Type": "/Encoding", **({"/BaseEncoding": base} if base else {}), "/Differences": differences}

    def finish(self, out, offsets, size, seed):
        start = len(out)
        out.extend(b"xref\n")
        for number, offset in sorted(offsets.items()):
            out.extend(f"{number} 1\n{offset:010d} 00000 n \n".encode())
        kept = {key: value for key, value in self.trailer.items() if key in ("/Root", "/Info")}
        identity = f"b:{seed:032x}"
        trailer = {**kept, "/Size": max(size, self.next), "/Prev": self.previous, "/ID": [identity, identity]}
        out.extend(f"trailer\n{pdf(trailer)}\nstartxref\n{start}\n%%EOF\n".encode())


def main():
    listing, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    letters = sys.argv[4] if len(sys.argv) > 4 else LETTERS
    with open(listing, encoding="utf-8") as lines:
        paths = [p for p in lines.read().splitlines()
                 if subprocess.run(["pdftotext", p, "-"], capture_output=True, check=False).stdout.strip()]
    papers = [Paper(path, number) for number, path in enumerate(paths)]
    os.makedirs(folder, exist_ok=True)
    for number in range(count):
        paper = papers[number % len(papers)]
        with open(os.path.join(folder, f"{number:05d}-{paper.name}.pdf"), "wb") as file:
            file.write(paper.copy(permutation(letters, number), number))
    print(f"{count} copies of {len(papers)} papers")


if __name__ == "__main__":
    main()
