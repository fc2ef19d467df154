"""The search language: text in, a tree of terms out. Odd input is never an error; it is read as well as it can be.

words  "a phrase"  -not  a OR b  ( )  field:value  field:"two words"
"""

import re
from dataclasses import dataclass

FIELDS = ("label", "tag", "text", "date", "place", "camera", "type", "is", "rating")
MAX_LENGTH = 1000  # characters; what is beyond is not read
MAX_DEPTH = 20  # brackets within brackets

_TOKEN = re.compile(
    r"""(?P<open>\() | (?P<close>\)) | (?P<or>\|+ | \bOR\b) | (?P<not>-(?=\S))
      | (?P<field>[A-Za-z]+):(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s()"|]+))
      | "(?P<phrase>[^"]*)"? | (?P<word>[^\s()"|]+)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One leaf. field: one of FIELDS, "phrase" for quoted words, "word" for a bare one."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A run of bare words that stood together: the resolver cuts it into things it knows."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class All:
    """What must be, every one of it; no children at all means everything."""

    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What must be, one of it at least."""

    children: "tuple[Node, ...]"


Node = Term | Words | Not | All | AnyOf


@dataclass(slots=True)
class _Reader:
    """The tokens left to read."""

    tokens: list[re.Match[str]]
    at: int = 0

    def peek(self) -> str | None:
        """Return the kind of the next token, or None at the end."""
        return self.tokens[self.at].lastgroup if self.at < len(self.tokens) else None


def parse(query: str) -> Node:
    """Return the tree of `query`."""
    reader = _Reader(list(_TOKEN.finditer(query[:MAX_LENGTH])))
    parts = []
    while reader.peek() is not None:
        parts.append(_any(reader, 0))
        if reader.peek() == "close":  # a bracket that nothing opened
            reader.at += 1
    return _flat(parts)


def _any(reader: _Reader, depth: int) -> Node:
    choices = [_all(reader, depth)]
    while reader.peek() == "or":
        reader.at += 1
        choices.append(_all(reader, depth))
    full = tuple(choice for choice in choices if choice != All(()))
    return full[0] if len(full) == 1 else AnyOf(full) if full else All(())


def _all(reader: _Reader, depth: int) -> Node:
    parts: list[Node] = []
    while (kind := reader.peek()) not in (None, "or", "close"):
        if kind == "open":
            reader.at += 1
            if depth < MAX_DEPTH:
                parts.append(_any(reader, depth + 1))
                reader.at += reader.peek() == "close"
        else:
            parts.append(_one(reader, depth))
    return _flat(parts)


def _one(reader: _Reader, depth: int) -> Node:
    token = reader.tokens[reader.at]
    reader.at += 1
    if token["not"]:
        if reader.peek() == "open" and depth < MAX_DEPTH:
            reader.at += 1
            child = _any(reader, depth + 1)
            reader.at += reader.peek() == "close"
            return Not(child)
        if reader.peek() in (None, "or", "close", "not", "open"):
            return All(())
        return Not(_one(reader, depth))
    if token["field"] is not None:
        return _field(token)
    if token["phrase"] is not None:
        return Term("phrase", token["phrase"]) if token["phrase"].strip() else All(())
    return Words((token["word"],))


def _field(token: re.Match[str]) -> Node:
    name = token["field"].lower()
    text = token["quoted"] if token["quoted"] is not None else token["value"] or ""
    if name not in FIELDS:
        return Term("phrase", f"{token['field']}:{text}")
    return Term(name, text.strip()) if text.strip() else All(())


def _flat(parts: list[Node]) -> Node:
    """Join neighbours: runs of words become one run, nested lists one list, empty ones vanish."""
    joined: list[Node] = []
    for part in parts:
        for node in part.children if isinstance(part, All) else (part,):
            last = joined[-1] if joined else None
            if isinstance(node, Words) and isinstance(last, Words):
                joined[-1] = Words(last.words + node.words)
            else:
                joined.append(node)
    return joined[0] if len(joined) == 1 else All(tuple(joined))
