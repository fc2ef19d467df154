"""A local folder as a source: one walk, folder by folder, that survives loops, odd names and locked doors."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pathspec

IGNORE_FILE = ".foveaignore"  # lines as in .gitignore, for the folder it lies in and all below
SYSTEM_FOLDERS = frozenset(
    {"$recycle.bin", "system volume information", "lost+found", "@eadir", "#recycle", "__macosx", "found.000"}
)


class FileStat(NamedTuple):
    """One regular file of a listing: name as the file system spells it, bytes, modification time in ns."""

    name: str
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Listing:
    """One folder of a walk. path: relative to the root, "" for the root, "/" between parts.

    unreadable: one sentence per thing in it that could not be read; readable: False when the folder itself could not.
    mount: another file system begins here.
    """

    path: str
    files: list[FileStat] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    readable: bool = True
    mount: bool = False


Rules = tuple[tuple[str, pathspec.GitIgnoreSpec], ...]


def is_online(root: str) -> bool:
    """Whether the folder is there now."""
    return os.path.isdir(root)


def has_gone(root: str) -> bool:
    """Whether the folder is not there, or is empty as an unmounted drive leaves it."""
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is None
    except OSError:
        return True


def inside(path: str, root: str) -> str | None:
    """Return `path` relative to `root` with "/" between parts, "" for the root itself, None for what lies outside."""
    if path == root:
        return ""
    begin = os.path.join(root, "")
    return path[len(begin) :].replace(os.sep, "/") if path.startswith(begin) else None


def walk(root: str, start: str = "") -> Iterator[Listing]:
    """Yield every folder below `root` once, in the order of names, beginning at the relative folder `start`.

    Hidden and system folders and what `.foveaignore` names are left out; links are followed, but not to a folder
    that holds them, and no real folder is entered twice; sockets, pipes and devices are not files.
    Nothing here raises for what lies on the disk.
    """
    seen: set[tuple[int, int]] = set()
    top = _identity(_full(root, start))
    todo: list[tuple[str, Rules, int | None]] = [(start, _inherited_rules(root, start), top[0] if top else None)]
    while todo:
        path, rules, device = todo.pop()
        full = _full(root, path)
        identity = _identity(full)
        if identity is not None and identity in seen:
            continue
        listing = Listing(path, mount=identity is not None and identity[0] != device)
        if identity is not None:
            seen.add(identity)
        rules = _add_rules(rules, root, path)
        below = _list(full, path, rules, listing)
        here = identity[0] if identity else device
        todo.extend((child, rules, here) for child in sorted(below, reverse=True))
        yield listing


def _list(full: str, path: str, rules: Rules, listing: Listing) -> list[str]:
    """Fill `listing` and return the relative paths of the folders below."""
    below: list[str] = []
    try:
        with os.scandir(full) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        listing.readable = False
        listing.unreadable.append(f"The folder {shown(full)} could not be read ({error.strerror}).")
        return below
    for entry in found:
        relative = f"{path}/{entry.name}" if path else entry.name
        if entry.name.startswith("."):
            continue
        try:
            info = entry.stat()
        except OSError as error:
            listing.unreadable.append(f"{shown(entry.path)} could not be read ({error.strerror}).")
            continue
        is_folder = stat.S_ISDIR(info.st_mode)
        if _ignored(rules, relative, is_folder=is_folder):
            continue
        if is_folder and _enters(entry):
            below.append(relative)
        elif stat.S_ISREG(info.st_mode):
            listing.files.append(FileStat(entry.name, info.st_size, info.st_mtime_ns))
    return below


def _enters(entry: os.DirEntry[str]) -> bool:
    """Whether a walk goes into a folder: no system folder, no link back to one that holds it (in the end, the disk)."""
    if entry.name.lower() in SYSTEM_FOLDERS:
        return False
    if not entry.is_symlink():
        return True
    target = os.path.join(os.path.realpath(entry.path), "")
    return not os.path.join(os.path.realpath(os.path.dirname(entry.path)), "").startswith(target)


def _full(root: str, path: str) -> str:
    return os.path.join(root, path) if path else root


def _identity(path: str) -> tuple[int, int] | None:
    try:
        info = os.stat(path)
    except OSError:
        return None
    return info.st_dev, info.st_ino


def _inherited_rules(root: str, start: str) -> Rules:
    rules: Rules = ()
    parts = start.split("/") if start else []
    for depth in range(len(parts)):
        rules = _add_rules(rules, root, "/".join(parts[:depth]))
    return rules


def _add_rules(rules: Rules, root: str, path: str) -> Rules:
    file = os.path.join(_full(root, path), IGNORE_FILE)
    try:
        with open(file, encoding="utf-8", errors="replace") as lines:
            return (*rules, (path, pathspec.GitIgnoreSpec.from_lines(lines.read(1_000_000).splitlines())))
    except OSError:
        return rules


def _ignored(rules: Rules, relative: str, *, is_folder: bool) -> bool:
    for base, spec in rules:
        inside = relative[len(base) + 1 :] if base else relative
        if spec.match_file(inside + ("/" if is_folder else "")):
            return True
    return False


def shown(path: str) -> str:
    """Return `path` as printable text: undecodable bytes and control characters replaced."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
