"""Settings: the person's choices about the analysis. Each is a decision: kept in the journal, taken back by undo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.analyze import ANALYZERS
from core.analyze.text import tesseract
from core.errors import PersonError
from core.types import Options

ON, OFF = "on", "off"
LANGUAGES = "text.languages"


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice; choices: all there are, () where any text will do."""

    name: str
    default: str
    choices: tuple[str, ...]
    about: str


SETTINGS: tuple[Setting, ...] = (
    *(Setting(a.key, ON, (ON, OFF), f"the analyzer {a.key}, and those that need it") for a in ANALYZERS),
    Setting("faces.recognition", ON, (ON, OFF), "a vector per face to tell people apart; off deletes all there are"),
    Setting("faces.gender", OFF, (ON, OFF), "a guess at the expression of gender, where two networks agree"),
    Setting("text.engine", "ppocr", ("ppocr", "tesseract"), "who reads text; Tesseract has to be installed"),
    Setting(LANGUAGES, "eng", (), 'what Tesseract reads, such as "eng+deu"'),
    Setting("text.effort", "quick", ("quick", "thorough"), "thorough: also where the first half of a look sees none"),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


def options(chosen: Mapping[str, str]) -> Options:
    """Return what `chosen` (name -> value, the rest as it comes) means; unknown names are passed by."""
    value = {setting.name: chosen.get(setting.name, setting.default) for setting in SETTINGS}
    engine: Literal["ppocr", "tesseract"] = "tesseract" if value["text.engine"] == "tesseract" else "ppocr"
    effort: Literal["thorough", "quick"] = "thorough" if value["text.effort"] == "thorough" else "quick"
    return Options(
        off=frozenset(a.key for a in ANALYZERS if value[a.key] == OFF),
        recognition=value["faces.recognition"] != OFF,
        gender=value["faces.gender"] == ON,
        engine=engine,
        languages=value[LANGUAGES],
        effort=effort,
    )


def check(name: str, value: str) -> None:
    """Raise PersonError where there is no such setting, or where it cannot be `value` on this machine."""
    setting = BY_NAME.get(name)
    if setting is None:
        raise PersonError(f"There is no setting {name}.", f"There are: {', '.join(BY_NAME)}.")
    if setting.choices and value not in setting.choices:
        raise PersonError(f"{name} cannot be {value}.", f"It is one of: {', '.join(setting.choices)}.")
    if value == "tesseract" or name == LANGUAGES:
        there = tesseract.installed()
        if not there:
            raise PersonError("Tesseract is not installed.", "On Debian and Ubuntu: sudo apt-get install tesseract-ocr")
        if name == LANGUAGES and (missing := sorted(set(value.split("+")) - set(there))):
            raise PersonError(f"Tesseract has no language {', '.join(missing)}.", f"It has: {', '.join(there)}.")
