"""The pinned versions are the ones installed, and nothing that was ruled out is among them."""

import tomllib
from importlib.metadata import distributions

from tests.data import ROOT

REFUSED = ("opencv-python", "opencv-contrib-python", "pillow-jxl-plugin", "pyexiv2", "exiv2", "pytest-mock")


def test_nothing_installed_was_ruled_out() -> None:
    names = {distribution.metadata["Name"].lower() for distribution in distributions()}
    assert not names & set(REFUSED)


def test_every_requirement_is_pinned_and_installed_so() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = dict(pin.split("==") for pin in pyproject["tool"]["uv"]["constraint-dependencies"])
    installed = {d.metadata["Name"].lower().replace("_", "-"): d.version for d in distributions()}
    assert {name: installed[name] for name in pins if name in installed} == {
        name: version for name, version in pins.items() if name in installed
    }
    assert not set(pins) & set(REFUSED)


def test_no_registry_is_named() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".com", "deb.debian" + ".org")
    for path in (*ROOT.glob("*.toml"), *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / ".ci" / "run"):
        text = path.read_text(encoding="utf-8")
        assert not [host for host in hosts if host in text], path
