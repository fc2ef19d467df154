"""`fovea demo`: a small library from the sample photos, analysed and searched, told in words."""

import argparse
import shutil
import time
from pathlib import Path

import platformdirs

from app.cli.out import Bar, emit, say
from app.cli.scan import scan_document
from app.cli.search import search_document
from app.cli.window import open_window
from app.samples import SAMPLES
from core.library import Library, ScanResult
from core.search.engine import Found
from core.types import Hit

QUERIES = (
    "cat",
    "cup of coffee",
    "animal",
    "fruit -flower",
    "bridge over a river",
    "place:florida date:2015",
    "text:histogram",
    "submarine",
)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "demo", parents=[common], help="try everything on a few sample photos", epilog="example: fovea demo"
    )
    parser.add_argument("--window", action="store_true", help="open the window on it afterwards")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run `fovea demo`: always from the beginning, in a library of its own."""
    folder = platformdirs.user_cache_path("fovea", appauthor=False) / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    bar = Bar(args)
    say(args, f"Looking at {len(list(SAMPLES.glob('*.jpg')))} sample photos in {SAMPLES} ...")
    with Library(folder, write=True) as library:
        result = library.scan([str(SAMPLES)], progress=bar)
        bar.close()
        begun = time.perf_counter()
        answers = [library.search(QUERIES[0], 3)]
        seconds = time.perf_counter() - begun
        answers += [library.search(query, 3) for query in QUERIES[1:]]
    document = {"scan": scan_document(result), "search": search_document(answers[0], seconds)}
    emit(args, document, _story(folder, result, answers))
    code = open_window(folder) if args.window else 0
    return code or int(bool(result.run.failed))


def _story(folder: Path, result: ScanResult, answers: list[Found]) -> list[str]:
    lines = [
        f"{result.run.analyzed} photos analysed in {result.seconds:.1f} s on this computer; nothing left it.",
        "",
    ]
    for found in answers:
        lines.append(f'You search "{found.query}", read as: {found.understood}')
        strong = [hit for hit in found.hits if hit.strong]
        lines += [f"  found  {_named(hit)}" for hit in strong]
        if not strong and found.hits:
            lines.append(f"  nothing surely; closest in meaning: {_named(found.hits[0])}")
        elif not found.hits:
            lines.append("  nothing here answers to that")
    return [
        *lines,
        "",
        "Try next:",
        "  fovea scan ~/Pictures                    look at your own photos; originals are never changed",
        '  fovea search "dog at beach"              then ask',
        f"  fovea show {SAMPLES / 'IMG_0001.jpg'}",
        f'  fovea search "animal" --library {folder}',
        f"  fovea faces {SAMPLES / 'IMG_0004.jpg'}",
        "  fovea doctor                             what is there, what is missing",
    ]


def _named(hit: Hit) -> str:
    why = [f"{r.kind} {r.value} {r.confidence:.0f} %" for r in hit.reasons if r.kind != "meaning"]
    why += [f"meaning {r.confidence / 100:.2f}" for r in hit.reasons if r.kind == "meaning"]
    return f"{Path(hit.path).name}  because of {', '.join(why)}"
