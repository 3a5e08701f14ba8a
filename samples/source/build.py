"""Makes the PDFs of ../library from the HTML in this folder.

Needs WeasyPrint 57 or later, pypdf 3.4 or later and the font Linux Libertine
(on Debian: weasyprint python3-pypdf fonts-linuxlibertine). The PDFs are
committed; run this only after a change of text.
"""

import pathlib
import shutil

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject
from weasyprint import HTML

HERE = pathlib.Path(__file__).parent
FILES = HERE.parent / "library" / "files"

# Source, target, page labels: (page index, style, first number), as in ISO 32000-1, 12.4.2.
DOCUMENTS = [
    ("stepped-lens.html", "11/Marsh et Le Goff - 2016 - The stepped lens.pdf", [(0, "/D", 117)]),
    ("annuaire-marees.html", "13/Kermadec - 2014 - Lire l'annuaire des marées.pdf", []),
    ("archives-communales.html", "15/Brémond et Œhler - 2021 - Les archives communales.pdf", []),
    ("bread-fermentation.html", "17/O'Neil - 2018 - Time and temperature in bread fermentation.pdf", []),
    ("bibliotheques-de-pret.html", "19/Lenoir - 1998 - Petite histoire des bibliothèques de prêt.pdf", [(0, "/r", 1), (1, "/D", 1)]),
    ("iron-gall-ink.html", "21/van den Berg - 2019 - Iron gall ink.pdf", []),
]


def label(path, ranges):
    """Writes page labels, which WeasyPrint does not."""
    writer = PdfWriter()
    writer.clone_document_from_reader(PdfReader(path))
    numbers = ArrayObject()
    for index, style, first in ranges:
        numbers.append(NumberObject(index))
        numbers.append(DictionaryObject({NameObject("/S"): NameObject(style), NameObject("/St"): NumberObject(first)}))
    writer._root_object[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Nums"): numbers})
    writer.write(path)


for source, target, ranges in DOCUMENTS:
    path = FILES / target
    path.parent.mkdir(parents=True, exist_ok=True)
    HTML(HERE / source).write_pdf(path)
    if ranges:
        label(path, ranges)

snapshot = FILES / "23" / "tide-mill.html"
snapshot.parent.mkdir(parents=True, exist_ok=True)
shutil.copyfile(HERE / "snapshot.html", snapshot)

# A download that broke off: the beginning of a PDF without the tables at its end.
whole = (FILES / DOCUMENTS[1][1]).read_bytes()
broken = FILES / "25" / "Anonyme - 1907 - Carte des phares (incomplet).pdf"
broken.parent.mkdir(parents=True, exist_ok=True)
broken.write_bytes(whole[:600])
