"""`python -m tests.measure.picture OUT.jpg`: the samples with the labels and boxes Fovea found, for the README."""

import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.samples import SAMPLES
from core.library import Library
from core.types import Json

CELL, GAP, LINE, COLUMNS = 300, 12, 46, 4
INK, GROUND, ACCENT, SOFT = "#F2F2F2", "#161616", "#6CB2FF", "#9E9E9E"


def main(target: Path) -> None:
    """Scan the samples and draw them."""
    with tempfile.TemporaryDirectory() as name, Library(Path(name), write=True) as library:
        library.scan([str(SAMPLES)])
        documents = sorted(library.documents(), key=lambda document: str(document["path"]))
    rows = -(-len(documents) // COLUMNS)
    size = (COLUMNS * (CELL + GAP) + GAP, rows * (CELL * 3 // 4 + LINE + GAP) + GAP)
    sheet = Image.new("RGB", size, GROUND)
    for i, document in enumerate(documents):
        left = GAP + (i % COLUMNS) * (CELL + GAP)
        top = GAP + (i // COLUMNS) * (CELL * 3 // 4 + LINE + GAP)
        draw(sheet, document, left, top)
    sheet.save(target, quality=82, optimize=True)


def draw(sheet: Image.Image, document: Json, left: int, top: int) -> None:
    """Put one photo, its boxes and its four surest labels on `sheet`."""
    with Image.open(document["path"]) as stored:
        photo = ImageOps.contain(ImageOps.exif_transpose(stored).convert("RGB"), (CELL, CELL * 3 // 4))
    x, y = left + (CELL - photo.width) // 2, top + CELL * 3 // 4 - photo.height
    sheet.paste(photo, (x, y))
    pen = ImageDraw.Draw(sheet)
    for label in document["labels"]:
        for instance in label["instances"]:
            bl, bt, bw, bh = instance["box"]
            edges = (x + bl * photo.width, y + bt * photo.height)
            corner = (x + (bl + bw) * photo.width - 1, y + (bt + bh) * photo.height - 1)
            pen.rectangle((*edges, *corner), outline="#000000", width=4)
            pen.rectangle((*edges, *corner), outline=ACCENT, width=2)
    specific = [label for label in document["labels"] if not is_parent(label["name"], document["labels"])]
    first, *others = [f"{label['name']} {label['confidence']:.0f} %" for label in specific[:3]] or ["nothing named"]
    foot = top + CELL * 3 // 4 + 4
    pen.text((left, foot), first, fill=INK, font=ImageFont.load_default(15))
    pen.text((left, foot + 20), " · ".join(others), fill=SOFT, font=ImageFont.load_default(13))


def is_parent(name: str, labels: list[Json]) -> bool:
    """Whether a narrower label of the same photo says more."""
    return any(name in label["parents"] for label in labels)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
