"""The card of a network: where its weights come from, under what terms, what it takes, gives and how well."""

import functools
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models import NETWORKS

HOME = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Card:
    """What `card.toml` says of the network in the folder `name`.

    id: stored with every vector, and raised when the vectors change: those of two ids are never compared.
    source: the pinned package the weights were read from; origin: who trained them. licence: as its source states it.
    terms: what else a user must know, "" for nothing. files: file name -> hex SHA-256, the network itself first.
    fold_qdq: int8 weights become float32 once, at load (onnxruntime's `session.disable_quant_qdq`).
    measured: sentences, each with its test set. thresholds: numbers that code relies on.
    precision: share of the labels it tells that are right, on photos that chose no threshold; None where that is not
    what it gives or was not measured.
    """

    name: str
    id: str
    job: str
    source: str
    origin: str
    licence: str
    input: str
    output: str
    files: Mapping[str, str]
    measured: tuple[str, ...]
    terms: str = ""
    fold_qdq: bool = False
    thresholds: Mapping[str, float] = field(default_factory=dict)
    precision: float | None = None


@functools.cache
def load(name: str) -> Card:
    """Return the card of the network `name`; raises FileNotFoundError where there is no such folder."""
    told = tomllib.loads((HOME / name / "card.toml").read_text(encoding="utf-8"))
    return Card(name=name, measured=tuple(told.pop("measured")), **told)


@functools.cache
def missing() -> tuple[str, ...]:
    """Return the networks of which a file was not there when it was first asked."""
    return tuple(name for name in NETWORKS if not all(path(name, file).exists() for file in load(name).files))


def verify(name: str) -> list[str]:
    """Return a sentence for each file of the network that is missing or is not the measured one; [] = all well."""
    return [fault for file in load(name).files if (fault := read(name, file)[1])]


def read(name: str, file: str) -> tuple[bytes, str]:
    """Return the bytes of one file of the network, and "" or the sentence why they must not be used."""
    try:
        data = path(name, file).read_bytes()
    except OSError:
        return b"", f"The file {file} of the network {name} is missing; install Fovea again."
    if hashlib.sha256(data).hexdigest() != load(name).files[file]:
        return b"", f"The file {file} of the network {name} is not the one that was measured; install Fovea again."
    return data, ""


def path(name: str, file: str) -> Path:
    """Return where a file of the network lies on this disk."""
    return HOME / name / file
