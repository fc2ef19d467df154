"""The embedding of a picture to scores for words that people write under photos."""

import functools
import io
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.session import Floats, weights


class _Probes(NamedTuple):
    """mu, sd: (320,); W: (320, n); b, threshold: (n,), float32; name: n strings."""

    mu: Floats
    sd: Floats
    W: Floats
    b: Floats
    threshold: Floats
    name: tuple[str, ...]


def names() -> tuple[str, ...]:
    """Return the 155 words in the order of the scores; raises NetworkError as `scores` does."""
    return _probes().name


def thresholds() -> Floats:
    """Return float32 (155,): the least score of each word, right for 70 to 80 % of photos that did not train it."""
    return _probes().threshold


def scores(vector: npt.NDArray[np.floating]) -> Floats:
    """Return float32 (155,), log-odds of each word, for one (320,) vector of the network tinyvit_5m_in22k.

    Raises NetworkError where the weights are missing or wrong.
    """
    probes = _probes()
    return np.asarray((vector.astype(np.float32) - probes.mu) / probes.sd @ probes.W + probes.b, np.float32)


@functools.cache
def _probes() -> _Probes:
    with np.load(io.BytesIO(weights("caption_labels", "label_probes.npz"))) as file:
        floats = {name: file[name].astype(np.float32) for name in ("mu", "sd", "W", "b", "threshold")}
        return _Probes(**floats, name=tuple(str(name) for name in file["name"]))
