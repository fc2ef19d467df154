"""The one table of what a person can do: menus, palette, tool tips, key sheet and manual are made from it.

A key is written as Qt writes it ("Ctrl+K"). `alone`: a key without a modifier, which counts only where photos have the
keyboard, so that no text field lacks it; `python -m ui.actions` prints the table for the manual.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from core.decide import Wish
from core.types import COLORS
from ui.desk import Desk

MENUS = ("Library", "Search", "Photo", "View", "Help")


class Hands(Protocol):
    """What an action may ask of the window."""

    @property
    def desk(self) -> Desk:
        """What the panels share."""
        ...

    def act(self, what: str) -> None:
        """Do one of the window's own things, by name."""
        ...


Run = Callable[[Hands], object]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done. id: what a changed key is remembered by; icon: of resources/icons, or ""."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...]
    run: Run
    icon: str = ""
    alone: bool = False


def _own(what: str, menu: str, text: str, *keys: str, icon: str = "", alone: bool = False) -> Action:
    """Return an action that is one of the window's own."""
    return Action(what, menu, text, keys, lambda hands: hands.act(what), icon, alone)


def _mark(verb: str, value: str, off: str, text: str, *keys: str) -> Action:
    """Return an action that marks what is chosen, or takes the mark away again."""
    run: Run = lambda hands: hands.desk.toggle(verb, value, off)  # noqa: E731 - the table is the place for it
    return Action(f"{verb}-{value or 'none'}", "Photo", text, keys, run, alone=True)


def _ask(query: str, key: str, menu: str, text: str, *keys: str, icon: str = "") -> Action:
    return Action(key, menu, text, keys, partial(_search, query), icon, alone=True)


def _search(query: str, hands: Hands) -> None:
    hands.desk.search(query, keep=True)
    hands.desk.set_mode("grid")


def _look(name: str, value: object, text: str) -> Action:
    return Action(f"{name}-{value}", "View", text, (), lambda hands: hands.desk.lay_out(**{name: value}))


ACTIONS: tuple[Action, ...] = (
    _own("add-folder", "Library", "Add a folder …", "Ctrl+O", icon="folder-plus"),
    Action("rescan", "Library", "Look for changes in all folders", ("F5",), lambda h: h.desk.rescan(), "refresh-cw"),
    _own("reanalyse", "Library", "Look again at what failed", "Ctrl+F5"),
    _own("pause", "Library", "Pause or go on looking at photos", "Ctrl+P", icon="pause"),
    _own("failures", "Library", "What could not be read …", icon="triangle-alert"),
    _own("looks", "Library", "What to look for …", icon="sparkles"),
    Action(
        "watch", "Library", "Watch folders for new photos", (),
        lambda h: h.desk.lay_out(watch=not h.desk.layout.watch),
    ),
    _own("quit", "Library", "Close", "Ctrl+Q"),
    _own("find", "Search", "Search", "Ctrl+F", "/", icon="search"),
    _own("history", "Search", "What you asked before", "Ctrl+H", icon="history"),
    _own("save-search", "Search", "Save this search …", "Ctrl+S", icon="bookmark-plus"),
    _own("weaker", "Search", "Show or hide weaker hits", "W", alone=True),
    _own("similar", "Search", "Find what looks like this", "L", icon="images", alone=True),
    _own("paste", "Search", "Find what looks like a copied picture", "Ctrl+V"),
    _ask("", "everything", "Search", "Show everything", "Shift+G"),
    _ask("faces:>=1", "people", "Search", "Photos with faces", "O", icon="users"),
    _ask("flag:any", "review", "Search", "Photos to review", "Shift+R", icon="shield-check"),
    *(
        _mark("rate", str(stars), "0", f"{stars} star{'s' * (stars != 1)}" if stars else "No stars", str(stars))
        for stars in range(6)
    ),
    _mark("pick", "1", "0", "Pick", "P"),
    _mark("pick", "-1", "0", "Reject", "X"),
    Action("unmark", "Photo", "Neither pick nor reject", ("U",), lambda h: h.desk.mark(Wish("pick", "0")), "", True),
    *(
        _mark("color", color, "", f"Mark {color}", key)
        for color, key in zip(COLORS, ("6", "7", "8", "9", "Shift+6"), strict=True)
    ),
    _own("tag", "Photo", "Add a tag", "T", icon="tag", alone=True),
    _own("confirm", "Photo", "Yes: confirm the label at hand", "Y", icon="check", alone=True),
    _own("reject", "Photo", "No: reject the label at hand", "Shift+Y", icon="x", alone=True),
    _own("copy", "Photo", "Copy the files, or the text swept over", "Ctrl+C", icon="copy"),
    _own("reveal", "Photo", "Show in the file manager", "Ctrl+R"),
    _own("sidecars", "Photo", "Write the marks to sidecar files …", icon="file-output"),
    Action("undo", "Photo", "Undo", ("Ctrl+Z",), lambda h: h.desk.work.undo.emit(), "undo-2"),
    Action("redo", "Photo", "Do again", ("Ctrl+Shift+Z", "Ctrl+Y"), lambda h: h.desk.work.redo.emit(), "redo-2"),
    _own("grid", "View", "Wall of photos", "G", icon="layout-grid", alone=True),
    _own("loupe", "View", "One photo", "E", icon="image", alone=True),
    _own("compare", "View", "Two photos beside each other", "C", icon="columns-2", alone=True),
    _own("zoom", "View", "Fitted or 1:1 at the pointer", "Z", icon="maximize", alone=True),
    _own("closer", "View", "Closer, or larger thumbnails", "Ctrl++", "Ctrl+=", icon="zoom-in"),
    _own("farther", "View", "Farther, or smaller thumbnails", "Ctrl+-", icon="zoom-out"),
    _own("overlays", "View", "Draw nothing, the reasons, or all that was found", "I", icon="eye", alone=True),
    _own("sidebar", "View", "Side bar", "F7", icon="panel-left"),
    _own("inspector", "View", "What is known of the photo", "F8", icon="panel-right"),
    _own("filmstrip", "View", "Strip of photos", "F6", icon="panel-bottom"),
    _own("fullscreen", "View", "Full screen", "F11"),
    _own("select-all", "View", "Select all", "Ctrl+A"),
    _own("select-none", "View", "Select only the current one", "Ctrl+D"),
    _own("invert", "View", "Select the others instead", "Ctrl+Shift+I"),
    _look("theme", "system", "Light or dark as the system is"),
    _look("theme", "dark", "Dark"),
    _look("theme", "light", "Light"),
    *(_look("scale", scale, f"Letters at {scale * 100:.0f} %") for scale in (1.0, 1.25, 1.5, 2.0)),
    _look("canvas", "theme", "Behind a photo: as the theme"),
    _look("canvas", "grey", "Behind a photo: mid grey"),
    _look("canvas", "black", "Behind a photo: black"),
    _look("canvas", "white", "Behind a photo: white"),
    Action(
        "advance", "View", "Go on to the next photo after a mark", (),
        lambda h: h.desk.lay_out(advance=not h.desk.layout.advance),
    ),
    Action(
        "single", "View", "Single letters are keys (else they go to a name)", (),
        lambda h: h.desk.lay_out(single=not h.desk.layout.single),
    ),
    _own("palette", "Help", "Do anything by its name", "Ctrl+K", icon="command"),
    _own("keys", "Help", "Keys …", "?", "F1", icon="keyboard"),
    _own("about", "Help", "About Fovea"),
)  # fmt: skip
"""Everything, in the order of the menus."""

BY_ID = {action.id: action for action in ACTIONS}


def keys_of(action: Action, changed: dict[str, str]) -> tuple[str, ...]:
    """Return the keys of `action`: the one a person chose for it ("" for none), else its own."""
    if action.id in changed:
        return (changed[action.id],) if changed[action.id] else ()
    return action.keys


def tip(action_id: str, changed: dict[str, str]) -> str:
    """Return what a tool tip says of an action: its words and its key."""
    action = BY_ID[action_id]
    keys = keys_of(action, changed)
    return f"{action.text} ({keys[0]})" if keys else action.text


def manual() -> str:
    """Return the table of keys as Markdown."""
    lines = []
    for menu in MENUS:
        lines += [f"### {menu}", "", "| what | key |", "| --- | --- |"]
        for action in ACTIONS:
            if action.menu == menu:
                keys = ", ".join(f"`{key}`" for key in action.keys)
                lines.append(f"| {action.text} | {keys} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(manual())  # noqa: T201 - what it is for
