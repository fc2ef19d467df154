"""`python -m tests.measure.drawn OUT.png FILE...`: photos with all that Fovea saw drawn on them, to be looked at."""

import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from core.library import Library
from core.types import Json

CELL, GAP = 720, 10
OBJECT, FACE, POOR, TEXT, CODE, FLAG = "#6CB2FF", "#7CE38B", "#FFB454", "#FFE066", "#FF7AC6", "#FF5C5C"


def draw(photo: Image.Image, document: Json) -> None:
    """Draw boxes, points and polygons of a `show` document on its upright photo."""
    pen, font = ImageDraw.Draw(photo), ImageFont.load_default(13)

    def at(x: float, y: float) -> tuple[float, float]:
        return x * photo.width, y * photo.height

    def box(place: list[float], color: str, words: str) -> None:
        left, top, wide, high = place
        pen.rectangle((*at(left, top), *at(left + wide, top + high)), outline=color, width=2)
        x, y = at(left, top)
        pen.rectangle(pen.textbbox((x + 2, max(0, y - 15)), words, font=font), fill="#000000")
        pen.text((x + 2, max(0, y - 15)), words, fill=color, font=font)

    for label in document["labels"]:
        for instance in label["instances"]:
            box(instance["box"], OBJECT, f"{label['name']} {instance['confidence']:.0f}")
    for face in document["faces"]:
        words = face["unusable"] or f"{face['confidence']:.0f}" + (" smiles" if _smiles(face) else "")
        box(face["box"], POOR if face["unusable"] else FACE, words)
        for point in face["landmarks"]:
            x, y = at(point["x"], point["y"])
            pen.ellipse((x - 2, y - 2, x + 2, y + 2), fill=FACE)
    for line in document["text"]:
        if line["level"] == "line":
            pen.polygon([at(*corner) for corner in line["polygon"]], outline=TEXT, width=2)
            x, y = at(*line["polygon"][0])
            pen.text((x, max(0, y - 14)), line["text"], fill=TEXT, font=font, stroke_width=2, stroke_fill="#000000")
        else:
            pen.polygon([at(*corner) for corner in line["polygon"]], outline="#AA8800")
    for code in document["codes"]:
        pen.polygon([at(*corner) for corner in code["polygon"]], outline=CODE, width=3)
        pen.text(at(*code["polygon"][0]), f"{code['format']}: {code['text'][:40]}", fill=CODE, font=font)
    flags = [f"{kind['name']} {kind['confidence']:.0f}" for kind in document["moderation"]]
    pen.text((4, photo.height - 18), ", ".join(flags), fill=FLAG, font=font, stroke_width=2, stroke_fill="#000000")


def _smiles(face: Json) -> bool:
    return bool(face["attributes"].get("smile", {}).get("value"))


def main(target: Path, files: list[str]) -> None:
    """Draw each file into a sheet of two columns."""
    with tempfile.TemporaryDirectory() as name, Library(Path(name), write=False) as library:
        photos = []
        for file in files:
            with Image.open(file) as stored:
                photo = ImageOps.contain(ImageOps.exif_transpose(stored).convert("RGB"), (CELL, CELL))
            draw(photo, library.show(file))
            photos.append(photo)
    rows = [photos[i : i + 2] for i in range(0, len(photos), 2)]
    height = sum(max(photo.height for photo in row) + GAP for row in rows)
    sheet, top = Image.new("RGB", (2 * (CELL + GAP), height), "#161616"), 0
    for row in rows:
        for i, photo in enumerate(row):
            sheet.paste(photo, (i * (CELL + GAP), top))
        top += max(photo.height for photo in row) + GAP
    sheet.save(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
