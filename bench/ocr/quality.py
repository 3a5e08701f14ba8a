#!/usr/bin/env python3
"""Character error rate of Tesseract on known text, and on the one scan with a truth.

usage: quality.py BENCH DATA WORK
BENCH: the program RagPy.Bench; DATA: the collection (folders ir, pdf); WORK: an empty folder.

Six documents, three French and three English, of paragraphs of the collection: set by Chromium in several fonts and sizes, without hyphenation, on A4. RagPy renders
their pages at 300 dpi as it does those of a scan. Needs Chromium and poppler.
"""
import html
import json
import pathlib
import subprocess
import sys

LOOKS = [("DejaVu Serif", 11), ("DejaVu Sans", 10), ("serif", 12)]
CHARACTERS = 4500


def paragraphs(corpus: pathlib.Path, start: int) -> list[str]:
    chosen, length = [], 0
    with corpus.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            text = " ".join(json.loads(line)["text"].split())
            if number >= start and len(text) > 200:
                chosen.append(text)
                length += len(text)
            if length > CHARACTERS:
                return chosen
    return chosen


def document(work: pathlib.Path, name: str, texts: list[str], language: str, font: str, size: int) -> pathlib.Path:
    body = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
    page = work / f"{name}.html"
    page.write_text(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><style>@page{{size:A4;margin:22mm}}'
        f"body{{font:{size}pt/1.4 '{font}';hyphens:none;font-variant-ligatures:none}}</style>{body}</html>",
        encoding="utf-8",
    )
    (work / f"{name}.txt").write_text("\n".join(texts), encoding="utf-8")
    pdf = work / f"{name}.pdf"
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={work / 'chromium'}",
         f"--print-to-pdf={pdf}", page.as_uri()],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    return pdf


def pages(pdf: pathlib.Path) -> str:
    info = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
    return next(line.split()[1] for line in info.splitlines() if line.startswith("Pages:"))


def main() -> None:
    bench, data, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).resolve()
    work.mkdir(parents=True, exist_ok=True)
    arguments = []
    for language, collection in (("fr", "piaf-fr"), ("en", "cranfield")):
        for number, (font, size) in enumerate(LOOKS):
            texts = paragraphs(data / "ir" / collection / "corpus.jsonl", 100 * number)
            pdf = document(work, f"{language}-{number + 1}", texts, language, font, size)
            asked = "unsure" if number == 2 else language
            arguments += [str(pdf), str(pdf.with_suffix(".txt")), asked, pages(pdf)]
    scan = data / "pdf" / "ocrmypdf" / "resources" / "linn.pdf"
    arguments += [str(scan), str(scan.with_suffix(".txt")), "en", pages(scan)]
    subprocess.run([bench, "ocr-quality", *arguments], check=True)


main()
