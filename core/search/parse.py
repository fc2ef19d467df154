"""The search language: text in, a tree of terms out. Odd input is never an error; it is read as well as it can be.

words  "a phrase"  -not  a OR b  ( )  field:value  field:"two words"
"""

import dataclasses
import re
from dataclasses import dataclass, replace

FIELDS = ("label", "tag", "text", "date", "place", "camera", "type", "is", "rating", "faces", "flag", "mark", "in")
MAX_LENGTH = 1000  # characters; what is beyond is not read
MAX_DEPTH = 20  # brackets within brackets

_TOKEN = re.compile(
    r"""(?P<open>\() | (?P<close>\)) | (?P<or>\|+ | \bOR\b) | (?P<not>-(?=\S))
      | (?P<field>[A-Za-z]+):(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s()"|]+))
      | "(?P<phrase>[^"]*)"? | (?P<word>[^\s()"|]+)""",
    re.VERBOSE,
)


Span = tuple[int, int]
"""Where something stands in the query: from, to (not included), in characters."""


@dataclass(frozen=True, slots=True)
class Term:
    """One leaf. field: one of FIELDS, "phrase" for quoted words, "word" for a bare one."""

    field: str
    text: str
    at: Span = dataclasses.field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Words:
    """A run of bare words that stood together: the resolver cuts it into things it knows. at: one span per word."""

    words: tuple[str, ...]
    at: tuple[Span, ...] = dataclasses.field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    child: "Node"
    at: Span = dataclasses.field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """What must be, every one of it; no children at all means everything."""

    children: "tuple[Node, ...]"
    at: Span = dataclasses.field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What must be, one of it at least."""

    children: "tuple[Node, ...]"
    at: Span = dataclasses.field(default=(0, 0), compare=False)


Node = Term | Words | Not | All | AnyOf


@dataclass(slots=True)
class _Reader:
    """The tokens left to read."""

    tokens: list[re.Match[str]]
    at: int = 0

    def peek(self) -> str | None:
        """Return the kind of the next token, or None at the end."""
        return self.tokens[self.at].lastgroup if self.at < len(self.tokens) else None

    def since(self, begin: int) -> Span:
        """Return where the tokens from `begin` to the last one read stand."""
        return self.tokens[begin].start(), self.tokens[self.at - 1].end()


def parse(query: str) -> Node:
    """Return the tree of `query`; what is no character in it, a byte of another encoding say, counts as "?"."""
    text = query[:MAX_LENGTH].encode("utf-8", "replace").decode()
    reader = _Reader(list(_TOKEN.finditer(text)))
    parts = []
    while reader.peek() is not None:
        parts.append(_any(reader, 0))
        if reader.peek() == "close":  # a bracket that nothing opened
            reader.at += 1
    return _flat(parts)


def _any(reader: _Reader, depth: int) -> Node:
    begin = reader.at
    choices = [_all(reader, depth)]
    while reader.peek() == "or":
        reader.at += 1
        choices.append(_all(reader, depth))
    full = tuple(choice for choice in choices if choice != All(()))
    return full[0] if len(full) == 1 else AnyOf(full, reader.since(begin)) if full else All(())


def _all(reader: _Reader, depth: int) -> Node:
    parts: list[Node] = []
    while (kind := reader.peek()) not in (None, "or", "close"):
        if kind == "open":
            reader.at += 1
            if depth < MAX_DEPTH:
                begin = reader.at - 1
                inner = _any(reader, depth + 1)
                reader.at += reader.peek() == "close"
                parts.append(replace(inner, at=reader.since(begin)) if isinstance(inner, AnyOf) else inner)
        else:
            parts.append(_one(reader, depth))
    return _flat(parts)


def _one(reader: _Reader, depth: int) -> Node:
    token = reader.tokens[reader.at]
    reader.at += 1
    if token["not"]:
        begin = reader.at - 1
        if reader.peek() == "open" and depth < MAX_DEPTH:
            reader.at += 1
            child = _any(reader, depth + 1)
            reader.at += reader.peek() == "close"
            return Not(child, reader.since(begin))
        if reader.peek() in (None, "or", "close", "not", "open"):
            return All(())
        return Not(_one(reader, depth), reader.since(begin))
    if token["field"] is not None:
        return _field(token)
    if token["phrase"] is not None:
        return Term("phrase", token["phrase"], token.span()) if token["phrase"].strip() else All(())
    return Words((token["word"],), (token.span(),))


def _field(token: re.Match[str]) -> Node:
    name = token["field"].lower()
    text = token["quoted"] if token["quoted"] is not None else token["value"] or ""
    if name not in FIELDS:
        return Term("phrase", f"{token['field']}:{text}", token.span())
    return Term(name, text.strip(), token.span()) if text.strip() else All(())


def _flat(parts: list[Node]) -> Node:
    """Join neighbours: runs of words become one run, nested lists one list, empty ones vanish."""
    joined: list[Node] = []
    for part in parts:
        for node in part.children if isinstance(part, All) else (part,):
            last = joined[-1] if joined else None
            if isinstance(node, Words) and isinstance(last, Words):
                joined[-1] = Words(last.words + node.words, last.at + node.at)
            else:
                joined.append(node)
    return joined[0] if len(joined) == 1 else All(tuple(joined))
