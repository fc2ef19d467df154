"""A person's marks written to XMP sidecars, on request: what other programs wrote there stays, originals untouched.

A new sidecar of `photo.jpg` is `photo.jpg.xmp`, as digiKam and darktable name it and as Immich looks first: it is
the one name that two files cannot share. Lightroom's `photo.xmp` is used where it is there already and is this file's.
Lightroom reads sidecars of camera raw files alone, and by that name alone.

Written are tags (dc:subject, lr:hierarchicalSubject, digiKam:TagsList), the rating (xmp:Rating), the pick (xmpDM:pick,
digiKam:PickLabel) and the colour (xmp:Label, digiKam:ColorLabel); labels are not. Beside each of them stands, under
Fovea's own namespace and the same name, what Fovea put there: the next writing takes away that and nothing else. A
rating, pick or colour that stood there before is kept under that name with "Before" behind it, and put back when the
mark goes. Until then a keyword that came back in by a scan is the file's own word, like any other program's.

The version before the first change is kept for ever as `NAME.xmp.orig`, the version before the last one as
`NAME.xmp.bak`.
"""

import io
import os
import secrets
import shutil
import stat
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, indent, register_namespace, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser, iterparse

from core.errors import FoveaError, MediaError, PersonError
from core.media import formats
from core.media.parts import distinct, line
from core.media.xmp import MAX_PACKET, RDF, trimmed
from core.sources.folder import shown
from core.types import Mark

FOVEA = "urn:fovea:xmp:1/"  # exiv2 adds the slash where it is missing, and then takes it for another namespace
PREFIXES = {
    "x": "adobe:ns:meta/",
    "rdf": RDF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "fovea": FOVEA,
}
EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Fovea">'
    f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()
DAMAGES = (SyntaxError, ValueError, LookupError, RecursionError)
"""What expat and ElementTree raise on what is no XML, is in no encoding they know, or is nested too deep."""


def _name(key: str) -> str:
    """Return ElementTree's name of "prefix:name"."""
    prefix, _, local = key.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"


DESCRIPTION, ITEM, BAG, SEQ = (_name(f"rdf:{local}") for local in ("Description", "li", "Bag", "Seq"))
CONTAINERS = (BAG, SEQ, _name("rdf:Alt"))
SUBJECT, HIERARCHICAL, TAGS_LIST = (_name(key) for key in ("dc:subject", "lr:hierarchicalSubject", "digiKam:TagsList"))
RATING, LABEL, COLOR_LABEL = (_name(key) for key in ("xmp:Rating", "xmp:Label", "digiKam:ColorLabel"))
PICK, PICK_LABEL = _name("xmpDM:pick"), _name("digiKam:PickLabel")
VALUES = (RATING, LABEL, COLOR_LABEL, PICK, PICK_LABEL)
PICKS = {"1": "3", "-1": "1", "0": "0"}  # digiKam counts rejected 1, pending 2, accepted 3
COLORS = {"red": "1", "yellow": "3", "green": "4", "blue": "5", "purple": "6", "": "0"}  # digiKam's numbers

_table = threading.Lock()  # ElementTree keeps one table of prefixes for the whole program


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in a folder. sidecars: names by their casefolded form; kin: media files by their casefolded stem."""

    path: str
    sidecars: Mapping[str, str]
    kin: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class SidecarReport:
    """written: sidecars made or changed; failed: (path of the photo or film, one sentence)."""

    written: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Packet:
    """A sidecar taken apart. prefixes: as it calls its namespaces; before, after: what stands around the root."""

    root: Element
    rdf: Element
    prefixes: Mapping[str, str]
    before: Sequence[Element]
    after: Sequence[Element]
    declared: bool


def listed(path: str) -> Folder:
    """Return what lies in the folder at absolute `path`; raises PersonError where it cannot be read."""
    try:
        names = os.listdir(path)
    except OSError as error:
        raise PersonError(f"The folder {shown(path)} could not be read ({error.strerror}).") from error
    kin: dict[str, list[str]] = {}
    for name in names:
        if formats.kind_of(name) is not None:
            kin.setdefault(os.path.splitext(name)[0].casefold(), []).append(name)
    return Folder(path, {name.casefold(): name for name in names if formats.may_be_sidecar(name)}, kin)


def write_all(marked: Iterable[tuple[str, Sequence[Mark]]]) -> SidecarReport:
    """Write the sidecar of every (absolute path, marks); one that fails costs only itself."""
    report, folder = SidecarReport(), None
    for path, marks in marked:
        try:
            if folder is None or folder.path != os.path.dirname(path):
                folder = listed(os.path.dirname(path))
            report.written += bool(write(path, marks, folder))
        except FoveaError as error:
            report.failed.append((path, str(error)))
    return report


def write(path: str, marks: Sequence[Mark], folder: Folder | None = None) -> str:
    """Make the sidecar of the file at absolute `path` say what `marks` say; return its path, or "" where it did.

    Kinds of marks: "tag" (name, "/" between levels), "rating" ("-1".."5"), "pick" ("1", "-1", "0"), "color" ("red",
    "yellow", "green", "blue", "purple", ""); all others are left out. Without any, only what Fovea wrote before is
    taken away, and no sidecar is made. folder: what lies in the file's own folder, where that is known.

    Raises PersonError where it cannot be read or written, MediaError where the sidecar there is damaged, holds a
    document type or entities, is no XMP or is over 16 MB: then it stays as it is.
    """
    target, there = _place(path, folder or listed(os.path.dirname(path)))
    tags, values = _paths(marks), _values(marks)
    content = _content(target) if there else EMPTY
    if not tags and not values and FOVEA.encode() not in content:
        return ""
    merged = _merged(content, target, tags, values)
    if not merged:
        return ""
    if there:
        _store(target + (".bak" if os.path.lexists(target + ".orig") else ".orig"), content)
    _store(target, merged)
    return target


# -- files -------------------------------------------------------------------------------------------------------


def _place(path: str, folder: Folder) -> tuple[str, bool]:
    """Return the path of the sidecar, links followed, and whether it is there; names as the reader looks for them."""
    name = os.path.basename(path)
    own, by_stem = formats.sidecar_candidates(name)[:2]
    for candidate in (own, by_stem) if _has_stem_alone(name, folder) else (own,):
        if found := folder.sidecars.get(candidate.casefold()):
            return os.path.realpath(os.path.join(folder.path, found)), True
    target = os.path.join(folder.path, own)
    there = os.path.lexists(target)  # it may have come since the folder was listed
    return os.path.realpath(target) if there else target, there


def _has_stem_alone(name: str, folder: Folder) -> bool:
    """Whether `photo.xmp` is this file's: the only one of that stem, or beside JPEGs and films the only camera raw."""
    kin = folder.kin.get(os.path.splitext(name)[0].casefold(), (name,))
    raw = [one for one in kin if formats.suffix_of(one) in formats.RAW]
    return len(kin) <= 1 or raw == [name]


def _content(target: str) -> bytes:
    try:
        info = os.stat(target)
        if not stat.S_ISREG(info.st_mode):
            raise MediaError(f"{shown(target)} is no ordinary file and was left as it is.")
        if info.st_size > MAX_PACKET:
            raise MediaError(f"{shown(target)} is larger than 16 MB and was left as it is.")
        return Path(target).read_bytes()
    except OSError as error:
        raise PersonError(f"{shown(target)} could not be read ({error.strerror}).") from error


def _store(target: str, content: bytes) -> None:
    """Put `content` in the place of the file `target` at once: there is the old one or the new one, never a half."""
    partial = os.path.join(os.path.dirname(target), f".fovea-{secrets.token_hex(8)}.partial")
    try:
        with open(partial, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):  # there is none before, or the file system keeps no permissions
            shutil.copymode(target, partial)
        os.replace(partial, target)
    except OSError as error:
        raise PersonError(f"{shown(target)} could not be written ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            os.unlink(partial)


# -- packets -----------------------------------------------------------------------------------------------------


def _merged(content: bytes, target: str, tags: Sequence[tuple[str, ...]], values: Mapping[str, str]) -> bytes:
    """Return the sidecar `content` with the marks, b"" where it says them already."""
    packet = _parsed(content, target)
    before = _serialized(packet, target)
    _tell_tags(packet.rdf, tags)
    for name in VALUES:
        _tell_value(packet.rdf, name, values.get(name))
    if content is EMPTY:
        indent(packet.root, " ")
    after = _serialized(packet, target)
    return after if after != before else b""


def _parsed(content: bytes, target: str) -> _Packet:
    try:
        packet = _taken_apart(trimmed(content))
    except DefusedXmlException as error:
        raise MediaError(f"{shown(target)} holds a document type or entities and was left as it is.") from error
    except DAMAGES as error:
        raise MediaError(f"{shown(target)} is damaged and was left as it is ({error}).") from error
    if packet is None:
        raise MediaError(f"{shown(target)} holds no XMP and was left as it is.")
    return packet


def _taken_apart(content: bytes) -> _Packet | None:
    parser = XMLParser(target=TreeBuilder(insert_comments=True, insert_pis=True), forbid_dtd=True)
    prefixes: dict[str, str] = {}
    around: tuple[list[Element], list[Element]] = [], []
    nodes: list[Element] = []
    depth = 0
    for event, found in iterparse(io.BytesIO(content), ("start-ns", "start", "end", "comment", "pi"), parser):
        if event == "start-ns":
            prefixes[found[0]] = found[1]
        elif event in {"start", "end"}:
            depth += 1 if event == "start" else -1
            nodes = nodes or [found]
        elif not depth:
            around[bool(nodes)].append(found)
    rdf = next(nodes[0].iter(_name("rdf:RDF")), None)
    for node in (*around[0], *around[1]):
        node.tail = None
    return _Packet(nodes[0], rdf, prefixes, *around, b"<?xml " in content[:10]) if rdf is not None else None


def _serialized(packet: _Packet, target: str) -> bytes:
    """Return the packet as UTF-8, with the prefixes that it came with and the customary ones for what is new."""
    with _table:
        for prefix, space in (*PREFIXES.items(), *packet.prefixes.items()):
            with suppress(ValueError):  # ElementTree keeps ns0, ns1 ... for itself
                if prefix:
                    register_namespace(prefix, space)
        try:
            parts = [tostring(node, "unicode") for node in (*packet.before, packet.root, *packet.after)]
        except RecursionError as error:
            raise MediaError(f"{shown(target)} is nested too deep and was left as it is.") from error
    if packet.declared:
        parts.insert(0, '<?xml version="1.0" encoding="UTF-8"?>')
    # ElementTree writes carriage returns in texts as they are, and every parser reads those as line feeds
    return ("\n".join(parts) + "\n").replace("\r", "&#13;").encode()


# -- properties --------------------------------------------------------------------------------------------------


def _paths(marks: Sequence[Mark]) -> list[tuple[str, ...]]:
    """Return the tags as levels, without what XML does not take."""
    tags = [mark.name for mark in marks if mark.kind == "tag"]
    paths = (tuple(filter(None, map(line, tag.split("/")))) for tag in tags)
    return list(dict.fromkeys(path for path in paths if path))


def _values(marks: Sequence[Mark]) -> dict[str, str]:
    """Return the texts of rating, pick and colour by the name of their property."""
    said: dict[str, str] = {mark.kind: mark.value for mark in marks}
    values = {RATING: said["rating"]} if "rating" in said else {}
    if pick := PICKS.get(said.get("pick", "none")):
        values |= {PICK: said["pick"], PICK_LABEL: pick}
    if color := COLORS.get(said.get("color", "none")):
        values |= {LABEL: said["color"].capitalize(), COLOR_LABEL: color}
    return values


def _tell_tags(rdf: Element, tags: Sequence[tuple[str, ...]]) -> None:
    """Make the three lists of keywords hold the tags.

    Programs that read a list of paths (digiKam, Immich) pass the flat one by, and with digiKam:TagsList the other too:
    one that would hold Fovea's tags alone is not begun beside words of others, unless to say where a tag belongs.
    """
    nested = any(len(path) > 1 for path in tags)
    leaves = distinct(path[-1] for path in tags)
    foreign = _tell_list(rdf, SUBJECT, BAG, leaves, begin=True)
    foreign |= _tell_list(rdf, HIERARCHICAL, BAG, ["|".join(path) for path in tags], begin=nested or not foreign)
    _tell_list(rdf, TAGS_LIST, SEQ, ["/".join(path) for path in tags], begin=not foreign)


def _own(name: str) -> str:
    """Return the property that remembers what Fovea wrote into the property `name`."""
    return f"{{{FOVEA}}}{name.rpartition('}')[2]}"


def _tell_list(rdf: Element, name: str, container: str, wanted: Sequence[str], *, begin: bool) -> bool:
    """Bring Fovea's items of the list `name` to `wanted`; return whether items of others stand there."""
    remembered = _words(_list(rdf, _own(name), BAG, begin=False))
    if not wanted and not remembered:
        return False
    held = _list(rdf, name, container, begin=begin and bool(wanted))
    ours = _bring(held, wanted, remembered)
    _bring(_list(rdf, _own(name), BAG, begin=bool(ours)), ours, remembered)
    _remove_empty(rdf, name)
    _remove_empty(rdf, _own(name))
    return any(word not in ours for word in _words(held))


def _words(held: Element | None) -> list[str]:
    return [item.text or "" for item in _nodes(held)] if held is not None else []


def _bring(held: Element | None, wanted: Sequence[str], remembered: Sequence[str]) -> list[str]:
    """Take out remembered items that are not wanted, add wanted ones that no item says; return those that are ours."""
    if held is None:
        return []
    for item in _nodes(held):
        if item.text in remembered and item.text not in wanted:
            held.remove(item)
    said = {line(word).casefold() for word in _words(held)}
    added = [word for word in wanted if line(word).casefold() not in said]
    for word in added:
        _appended(held, ITEM).text = word
    ours = {*wanted} & {*remembered, *added}
    return [word for word in _words(held) if word in ours]


def _nodes(parent: Element) -> list[Element]:
    """Return the children without the comments that stand among them."""
    return [node for node in parent if isinstance(node.tag, str)]


def _home(rdf: Element) -> Element:
    """Return the description that takes new properties."""
    found = rdf.find(DESCRIPTION)
    return found if found is not None else SubElement(rdf, DESCRIPTION, {_name("rdf:about"): ""})


def _list(rdf: Element, name: str, container: str, *, begin: bool) -> Element | None:
    """Return the list of the property `name`, None where there is none and none is to begin.

    A single word without a list, which some programs write, becomes the first item of one.
    """
    held = [child for node in _nodes(rdf) for prop in node.findall(name) for child in prop if child.tag in CONTAINERS]
    if held:
        return held[-1]  # as the reader does
    word = _value(rdf, name)
    if word is None and not begin:
        return None
    _remove(rdf, name)
    made = SubElement(_appended(_home(rdf), name), container)
    if word:
        SubElement(made, ITEM).text = word
    return made


def _remove_empty(rdf: Element, name: str) -> None:
    """Take away the property `name` where its list has no items."""
    for node in _nodes(rdf):
        for prop in node.findall(name):
            if len(prop) == 1 and prop[0].tag in CONTAINERS and not len(prop[0]):
                node.remove(prop)


def _tell_value(rdf: Element, name: str, wanted: str | None) -> None:
    """Make the property `name` be `wanted`; without any, what it was before Fovea wrote, where that still stands."""
    own, was = _own(name), _own(name) + "Before"
    standing, remembered, before = (_value(rdf, one) for one in (name, own, was))
    if standing != remembered:  # another program spoke last
        before = standing
    told = (before, None, None) if wanted in {None, before} else (wanted, wanted, before)
    for one, value in zip((name, own, was), told, strict=True):
        _put(rdf, one, value)


def _value(rdf: Element, name: str) -> str | None:
    """Return the text of the property `name`, an attribute or an element; None where there is none."""
    found = None
    for node in _nodes(rdf):
        found = node.get(name, found)
        for prop in node.findall(name):
            found = prop.text or ""
    return found.strip() if found is not None else None


def _put(rdf: Element, name: str, value: str | None) -> None:
    """Set the property `name` in the form it has, else as an attribute; None takes it away."""
    if value is None:
        _remove(rdf, name)
        return
    if value == _value(rdf, name):
        return
    for node in _nodes(rdf):
        if name in node.attrib:
            node.set(name, value)
        for prop in node.findall(name):
            tail = prop.tail
            prop.clear()
            prop.text, prop.tail = value, tail
    if _value(rdf, name) is None:
        _home(rdf).set(name, value)


def _remove(rdf: Element, name: str) -> None:
    for node in _nodes(rdf):
        node.attrib.pop(name, None)
        for prop in node.findall(name):
            node.remove(prop)


def _appended(parent: Element, name: str) -> Element:
    """Return a new last child, on a line of its own where the others have one."""
    child = Element(name)
    if len(parent):
        parent[-1].tail, child.tail = parent.text, parent[-1].tail
    parent.append(child)
    return child
