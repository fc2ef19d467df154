"""How every command speaks: one JSON document or plain lines on standard output, all else on standard error."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from tqdm import tqdm

from core.jobs.pipeline import Progress


def emit(args: argparse.Namespace, document: Any, lines: Iterable[str]) -> None:
    """Print `document` with --json, else `lines`."""
    if args.json:
        print(json.dumps(document))
        return
    for line in lines:
        print(plain(line))


def say(args: argparse.Namespace, line: str) -> None:
    """Print a message to standard error, unless -q."""
    if not args.quiet:
        print(plain(line), file=sys.stderr)


def plain(text: str) -> str:
    """Return `text` fit for a terminal: undecodable bytes and control characters replaced, line ends kept."""
    text = text.encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


class Bar:
    """A progress bar on standard error, with rate and time left; silent where that is no terminal, or with -q."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._off = args.quiet or not sys.stderr.isatty()
        self._bar: tqdm[Any] | None = None

    def __call__(self, progress: Progress) -> None:
        """Show `progress`."""
        if self._off:
            return
        if self._bar is None:
            self._bar = tqdm(total=progress.total, unit=" files", file=sys.stderr, dynamic_ncols=True)
        self._bar.update(progress.done - self._bar.n)
        if progress.failed:
            self._bar.set_postfix_str(f"{progress.failed} failed")

    def close(self) -> None:
        """Leave the bar as it is and go on below it."""
        if self._bar is not None:
            self._bar.close()


def table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return `rows` as lines with aligned columns; the last column is left as long as it is."""
    found = [tuple(plain(cell) for cell in row) for row in rows]
    if not found:
        return []
    widths = [max(len(row[i]) for row in found) for i in range(len(found[0]) - 1)]
    return ["  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]).rstrip() for row in found]


Run = Callable[[argparse.Namespace], int]
"""A command: arguments in, exit code out."""
