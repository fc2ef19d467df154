"""One session per network: checked weights, the best processor there is, and threads that may share it."""

import functools
import os
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as faults

from models import cards

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]
"""uint8 (height, width, 3), sRGB, upright."""

CPU = "CPUExecutionProvider"
DIRECTML = "DmlExecutionProvider"
ACCELERATORS: tuple[tuple[str, dict[str, str]], ...] = (
    # TensorFloat-32 keeps 10 bits of each factor: enough to move a vector or a score that met a threshold elsewhere
    ("CUDAExecutionProvider", {"use_tf32": "0"}),
    (DIRECTML, {}),
    ("CoreMLExecutionProvider", {}),
)
"""Tried in this order before the CPU, each where the installed onnxruntime has it."""

REFUSALS = (RuntimeError, ValueError, faults.EPFail, faults.Fail, faults.NotImplemented, faults.RuntimeException)
"""How an accelerator says that it is not there or cannot hold this network."""


class NetworkError(Exception):
    """A network cannot be used: its files are missing or wrong. The text is a sentence for a person."""


def weights(name: str, file: str) -> bytes:
    """Return the bytes of a file of the network `name`; raises NetworkError unless they are the measured ones."""
    data, fault = cards.read(name, file)
    if fault:
        raise NetworkError(fault)
    return data


class Session:
    """The network `name`, loaded when it is first asked and shared by all threads.

    provider: what computes it, "" while it is not loaded; the CPU where an accelerator refuses.
    cpu_only: leave accelerators alone; None: when the environment variable FOVEA_CPU_ONLY is not empty.
    """

    def __init__(self, name: str, *, cpu_only: bool | None = None) -> None:
        self.card = cards.load(name)
        self.provider = ""
        self._cpu_only = cpu_only
        self._lock = threading.Lock()
        self._turn: AbstractContextManager[Any] = nullcontext()
        self._live: ort.InferenceSession | None = None

    def run(self, feed: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
        """Return all outputs for `feed` (input name -> array), in the order of the file.

        Raises NetworkError when the weights are missing or wrong.
        """
        with self._lock:
            live = self._live or self._open()
        with self._turn:
            return list(live.run(None, dict(feed)))

    def metadata(self) -> dict[str, str]:
        """Return what its maker wrote into the file; raises NetworkError as `run` does."""
        with self._lock:
            live = self._live or self._open()
        return dict(live.get_modelmeta().custom_metadata_map)

    def unload(self) -> None:
        """Free the memory; runs under way finish, and the next run loads again."""
        with self._lock:
            self._live, self.provider = None, ""

    def _open(self) -> ort.InferenceSession:
        data = weights(self.card.name, next(iter(self.card.files)))
        cpu_only = bool(os.environ.get("FOVEA_CPU_ONLY")) if self._cpu_only is None else self._cpu_only
        there = () if cpu_only else ort.get_available_providers()
        for name, choices in ACCELERATORS:
            if name not in there:
                continue
            try:
                self._live = ort.InferenceSession(data, _options(self.card, name), [(name, choices), CPU])
            except REFUSALS:
                continue
            break
        else:
            self._live = ort.InferenceSession(data, _options(self.card, CPU), [CPU])
        self.provider = str(self._live.get_providers()[0])
        # DirectML takes one run at a time on a session, all others any number
        self._turn = threading.Lock() if self.provider == DIRECTML else nullcontext()
        return self._live


@functools.cache
def _share_memory() -> None:
    """Let all networks on the CPU draw on one pool: in a pool each, all keep what their largest picture needed."""
    place = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(place, None)


def _options(card: cards.Card, provider: str) -> ort.SessionOptions:
    """Return one thread per run: two photos at once beat two threads inside a network (0.6-0.94 of the time)."""
    _share_memory()
    options = ort.SessionOptions()
    options.log_severity_level = 3  # errors only: warnings are for those who made the file
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.use_env_allocators", "1")
    if card.fold_qdq:
        options.add_session_config_entry("session.disable_quant_qdq", "1")
    if provider == DIRECTML:
        options.enable_mem_pattern = False  # DirectML refuses it
    return options
