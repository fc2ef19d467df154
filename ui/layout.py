"""How the window was left, as it is remembered in the library's folder."""

from dataclasses import asdict, dataclass, field, fields
from typing import Self

from core.types import Json


@dataclass(slots=True)
class Layout:
    """theme: "system", "dark" or "light"; scale: of letters, 1..2; canvas: behind a photo; cell: px of a thumbnail.

    frame: place and size of the window as Qt writes it, base64; keys: action -> key where a person chose another.
    single: single letters are keys; advance: the next photo follows a mark.
    """

    theme: str = "system"
    scale: float = 1.0
    canvas: str = "theme"
    cell: int = 176
    frame: str = ""
    sidebar: bool = True
    inspector: bool = True
    filmstrip: bool = False
    tab: int = 0
    query: str = ""
    history: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    single: bool = True
    advance: bool = False
    watch: bool = True
    paused: bool = False
    overlays: list[str] = field(default_factory=lambda: ["reasons"])
    folded: list[str] = field(default_factory=list)

    @classmethod
    def out_of(cls, document: Json) -> Self:
        """Return the layout in `document`; what is missing or of another kind is as it comes."""
        made = cls()
        for one in fields(cls):
            value, usual = document.get(one.name), getattr(made, one.name)
            if type(value) is type(usual) or (isinstance(usual, float) and isinstance(value, int)):
                setattr(made, one.name, value)
        made.scale = min(max(1.0, float(made.scale)), 2.0)
        made.cell = min(max(96, made.cell), 384)
        return made

    def document(self) -> Json:
        """Return it as JSON."""
        return asdict(self)
