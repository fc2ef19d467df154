"""Moderation: the taxonomy to the letter, evidence that adds up, ancestors present, nothing flagged that is safe."""

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image
from skimage import data

from core.analyze.moderation import Moderation, _look, _score
from core.types import Finding, Json, Picture
from resources import taxonomy, vocabulary
from tests.data import shared

V7 = """
Explicit
  Explicit Nudity
    Exposed Male Genitalia | Exposed Female Genitalia | Exposed Buttocks or Anus | Exposed Female Nipple
  Explicit Sexual Activity
  Sex Toys
Non-Explicit Nudity of Intimate parts and Kissing
  Non-Explicit Nudity
    Bare Back | Exposed Male Nipple | Partially Exposed Buttocks | Partially Exposed Female Breast | Implied Nudity
  Obstructed Intimate Parts
    Obstructed Female Nipple | Obstructed Male Genitalia
  Kissing on the Lips
Swimwear or Underwear
  Female Swimwear or Underwear
  Male Swimwear or Underwear
Violence
  Weapons
  Graphic Violence
    Weapon Violence | Physical Violence | Self-Harm | Blood & Gore | Explosions and Blasts
Visually Disturbing
  Death and Emaciation
    Emaciated Bodies | Corpses
  Crashes
    Air Crash
Drugs & Tobacco
  Products
    Pills
  Drugs & Tobacco Paraphernalia & Use
    Smoking
Alcohol
  Alcohol Use
    Drinking
  Alcoholic Beverages
Rude Gestures
  Middle Finger
Gambling
Hate Symbols
  Nazi Party
  White Supremacy
  Extremist
"""


def test_the_taxonomy_is_rekognitions_seventh() -> None:
    expected: dict[str, tuple[str, int]] = {}
    above = ["", "", ""]
    for line in V7.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        for name in line.strip().split(" | "):
            above[depth] = name
            expected[name] = (above[depth - 1] if depth else "", depth + 1)
    assert {name: (kind.parent, kind.level) for name, kind in taxonomy.load().items()} == expected
    assert len(expected) == 52


def test_evidence_names_what_exists_and_what_is_covered_says_how_far_to_trust_it() -> None:
    labels = vocabulary.load().labels
    for kind in taxonomy.load().values():
        assert {*kind.labels, *kind.hints} <= labels.keys()
        assert all(word == vocabulary.fold(word) for word in kind.words)
        assert kind.covered == bool(kind.trust)
    assert sum(kind.covered for kind in taxonomy.load().values()) == 7


def told(seen: Sequence[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in _look(np.asarray(data.coffee(), np.uint8), seen)}


def test_a_label_is_evidence_and_its_ancestors_stand_beside_it() -> None:
    found = told([Finding("label", "Revolver", 80.0), Finding("object", "Wine Glass", 90.0, (0.1, 0.1, 0.2, 0.3))])
    assert list(found)[:2] == ["Violence", "Weapons"]
    assert (found["Weapons"].confidence, found["Violence"].confidence) == (80.0, 80.0)
    [evidence] = found["Weapons"].detail["evidence"]
    assert evidence == {"kind": "label", "value": "Revolver", "confidence": 80.0}
    [child] = found["Violence"].detail["evidence"]
    assert child == {"kind": "child", "value": "Weapons", "confidence": 80.0}
    glass = found["Alcoholic Beverages"]
    assert glass.confidence == 45.0  # weak evidence counts half and stays under the line
    assert glass.detail["evidence"][0]["box"] == [0.1, 0.1, 0.2, 0.3]
    assert found["Alcohol"].confidence == 45.0


def test_words_are_weak_evidence_and_only_whole_ones_count() -> None:
    box = (0.1, 0.1, 0.2, 0.1)
    found = told([Finding("text", "Grand CASINO Royale", 95.0, box), Finding("text", "original wineries", 99.0, box)])
    assert found.keys() == {"Gambling"}
    assert found["Gambling"].confidence == pytest.approx(38.0)
    assert found["Gambling"].detail["evidence"][0]["value"] == "casino"
    both = told([Finding("text", "red wine", 100.0, box), Finding("label", "Wine Bottle", 60.0)])
    assert both["Alcoholic Beverages"].confidence == pytest.approx(76.0)  # 1 - .4 x .6


def network(first: float, second: float | None = None) -> list[Json]:
    return [{"kind": "network", "value": "n", "confidence": c} for c in (first, second) if c is not None]


def test_neither_network_alone_makes_it_explicit() -> None:
    explicit, swimwear = taxonomy.load()["Explicit"], taxonomy.load()["Swimwear or Underwear"]
    assert _score(explicit, network(90, 90)) == pytest.approx(0.9)
    assert _score(explicit, network(99, 20)) < 0.5
    assert _score(explicit, network(20, 99)) < 0.5
    assert _score(swimwear, network(100)) < 0.5  # suggestive alone never flags
    bikini: list[Json] = [{"kind": "label", "value": "Bikini", "confidence": 45.0}]
    assert _score(swimwear, [*network(90), *bikini]) > 0.5


def test_ordinary_photos_are_not_flagged() -> None:
    moderation = Moderation(())
    assert (moderation.needs, moderation.features) == ((), frozenset())
    assert Moderation(("text", "labels", "faces")).features == {"labels", "text"}
    for photo in (data.astronaut(), data.chelsea(), data.coffee(), data.rocket()):
        [outcome] = moderation.run([Picture(np.asarray(photo, np.uint8))], [{}])
        assert [f.name for f in outcome.findings if f.kind == "moderation" and f.confidence >= 50] == []
        assert [f for f in outcome.findings if f.kind == "content"] == []


@pytest.mark.skipif(shared("everyday") is None, reason="the measured photos are not beside the repository")
def test_a_drawing_is_told_to_be_one() -> None:
    home = shared("everyday", "images")
    assert home is not None
    pixels = np.asarray(Image.open(home / "photoshop-2.jpg").convert("RGB"))
    [outcome] = Moderation(()).run([Picture(pixels)], [{}])
    [content] = [finding for finding in outcome.findings if finding.kind == "content"]
    assert content.name == "Illustrated"
    assert content.confidence >= 70
