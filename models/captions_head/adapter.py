"""Vectors of pictures and of sentences to a shared space, where the cosine tells how well they fit."""

import functools
import io
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.session import Floats, weights


class _Weights(NamedTuple):
    """mu, sd: (320,); ym: (384,); U: (320, 256); A: (320, 512); B: (512, 256); V: (384, 256); all float32."""

    mu: Floats
    sd: Floats
    ym: Floats
    U: Floats
    A: Floats
    B: Floats
    V: Floats


def project(vectors: npt.NDArray[np.floating]) -> Floats:
    """Return float32 (n, 256), rows of length 1, for (n, 320) vectors of the network tinyvit_5m_in22k.

    Raises NetworkError where the weights are missing or wrong.
    """
    head = _weights()
    x = (vectors.astype(np.float32) - head.mu) / head.sd
    return _unit(x @ head.U + np.maximum(x @ head.A, 0) @ head.B)


def words(sentence: npt.NDArray[np.floating]) -> Floats:
    """Return float32 (256,), length 1, for one (384,) vector of the network minilm_l6; raises NetworkError."""
    head = _weights()
    return _unit((sentence.astype(np.float32) - head.ym) @ head.V)


@functools.cache
def _weights() -> _Weights:
    with np.load(io.BytesIO(weights("captions_head", "head.npz"))) as file:
        return _Weights(**{name: file[name].astype(np.float32) for name in _Weights._fields})


def _unit(rows: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)
