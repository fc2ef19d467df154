"""Objects: which of eighty kinds of things are in the picture, and where."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from core.types import Finding, Outcome, Picture
from models import cards
from models.ssd_mobilenetv3_large import adapter
from resources import vocabulary


class Objects:
    """The things that COCO names, under their label in the vocabulary."""

    key: ClassVar[str] = "objects"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ()
    features: ClassVar[frozenset[str]] = frozenset()

    def run(self, pictures: Sequence[Picture], given: Sequence[Mapping[str, Outcome]]) -> list[Outcome]:
        """Return one finding of kind "object" per thing, surest first; `given` is unused.

        confidence: the network's score x 100, at least the measured threshold of its card; box: around the thing.
        Raises NetworkError where the weights are missing or wrong.
        """
        names = vocabulary.load().sources("coco")
        least = cards.load("ssd_mobilenetv3_large").thresholds["object"]
        return [
            Outcome(
                tuple(
                    Finding("object", names[thing.name], round(thing.score * 100, 2), thing.box)
                    for thing in adapter.detect(picture.pixels, least)
                )
            )
            for picture in pictures
        ]
