"""The bars of the house, measured on its own source: lengths, complexity, types, docstrings, mocks, broad excepts."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data import ROOT

ROOMS = ("app", "ui", "core", "models", "resources")
Function = ast.FunctionDef | ast.AsyncFunctionDef
BRANCHES = (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.With, ast.Assert, ast.comprehension, ast.IfExp)


def sources(*rooms: str) -> dict[Path, ast.Module]:
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
    }


def functions(trees: dict[Path, ast.Module]) -> Iterator[tuple[str, Function]]:
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def length(node: Function) -> int:
    assert node.end_lineno is not None
    docstring = ast.get_docstring(node, clean=False)
    return node.end_lineno - node.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)


def complexity(node: Function) -> int:
    inner = [n for n in ast.walk(node) if isinstance(n, BRANCHES)]
    cases = [n for n in ast.walk(node) if isinstance(n, ast.match_case)]
    logic = sum(len(n.values) - 1 for n in ast.walk(node) if isinstance(n, ast.BoolOp))
    return 1 + len([n for n in inner if not isinstance(n, ast.With | ast.Assert)]) + len(cases) + logic


def p95(values: list[int]) -> int:
    return sorted(values)[int(0.95 * (len(values) - 1))]


TREES = sources(*ROOMS)
CODE = {path: tree for path, tree in TREES.items() if "recipes" not in path.parts}


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    assert not {str(path): n for path, n in lengths.items() if n > 500}
    assert p95(list(lengths.values())) <= 400
    assert statistics.median(lengths.values()) <= 150


def test_functions_are_short() -> None:
    lengths = {where: length(node) for where, node in functions(CODE)}
    assert not {where: n for where, n in lengths.items() if n > 60}
    assert p95(list(lengths.values())) <= 35
    assert statistics.median(lengths.values()) <= 9


def test_functions_are_simple() -> None:
    measured = {where: complexity(node) for where, node in functions(CODE)}
    assert not {where: n for where, n in measured.items() if n > 10}
    assert p95(list(measured.values())) <= 8


def test_everything_is_typed() -> None:
    bare = [
        where
        for where, node in functions(TREES)
        if node.returns is None
        or any(a.annotation is None and a.arg not in ("self", "cls") for a in (*node.args.args, *node.args.kwonlyargs))
    ]
    assert not bare


def test_everything_public_is_told() -> None:
    untold = []
    for path, tree in TREES.items():
        for node in (tree, *ast.walk(tree)):
            if isinstance(node, ast.Module | ast.ClassDef | Function):
                name = getattr(node, "name", path.stem)
                private = name.startswith("_") and not isinstance(node, ast.Module)
                nested = isinstance(node, Function) and node not in top_level(tree)
                if not private and not nested and ast.get_docstring(node) is None:
                    untold.append(f"{path.relative_to(ROOT)} {name}")
    assert not untold


def top_level(tree: ast.Module) -> list[ast.stmt]:
    """Functions of the module and methods of its public classes."""
    classes = [n for n in tree.body if isinstance(n, ast.ClassDef) and not n.name.startswith("_")]
    return [*tree.body, *(statement for found in classes for statement in found.body)]


def test_broad_excepts_are_few_and_explained() -> None:
    broad = []
    for path, tree in CODE.items():
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and swallows_all(node):
                assert "#" in lines[node.lineno - 1], f"{path}:{node.lineno} gives no reason"
                broad.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert len(broad) <= 5, broad


def swallows_all(node: ast.ExceptHandler) -> bool:
    broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
    raises = any(isinstance(n, ast.Raise) and n.exc is None for n in ast.walk(node))
    return broad and not raises


def test_no_test_uses_a_mock() -> None:
    used = []
    for path, tree in sources("tests").items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                if any("mock" in name.lower() for name in names):
                    used.append(str(path))
            elif isinstance(node, ast.arg) and node.arg in ("mocker", "monkeypatch"):
                used.append(str(path))
    assert not used


@pytest.mark.parametrize("words", [("TO" + "DO", "FIX" + "ME", "XX" + "X")])
def test_nothing_is_put_off_in_comments(words: tuple[str, ...]) -> None:
    assert not [str(path) for path in CODE if any(word in path.read_text(encoding="utf-8") for word in words)]


def test_packaging_is_no_package() -> None:
    """An __init__.py there would shadow the library `packaging` and break every tool."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_opencv_is_the_headless_one() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"opencv-python"' not in pyproject
    assert '"opencv-python=' not in pyproject
    assert '"opencv-python>' not in pyproject
