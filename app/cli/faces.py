"""`fovea faces`: the faces of one file, each with what it looks like and whether it tells people apart."""

import argparse

from app.cli.out import emit, table
from core.library import Library
from core.types import Json


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "faces",
        parents=[common],
        help="tell the faces of a file; one outside the library is looked at on the spot",
        epilog="example: fovea faces --json family.jpg",
    )
    parser.add_argument("file", metavar="FILE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run `fovea faces`."""
    with Library(args.library, write=False) as library:
        faces = library.show(args.file)["faces"]
    emit(args, {"faces": faces}, table(face_row(face) for face in faces) or ["No face was found."])
    return 0


def face_row(face: Json) -> tuple[str, ...]:
    """Return one face for a person: how sure, where, what it looks like, why it is not usable."""
    left, top, width, height = face["box"]
    place = f"{left + width / 2:.0%} from the left, {top + height / 2:.0%} from the top, {height:.0%} high"
    looks = ", ".join(_look(name, told) for name, told in face["attributes"].items())
    why = f"not usable to tell people apart: {face['unusable']}" if face["unusable"] else ""
    return f"face {face['confidence']:.0f} %", place, "; ".join(part for part in (looks, why) if part)


def _look(name: str, told: Json) -> str:
    words = {"smile": "smiling", "eyes_open": "eyes open", "mouth_open": "mouth open"}
    if name == "age":
        return f"looks {told['low']}-{told['high']} years old"
    if name == "gaze":
        return (
            f"looks {told['value']['yaw']:+.0f}\N{DEGREE SIGN} aside, {told['value']['pitch']:+.0f}\N{DEGREE SIGN} up"
        )
    if name == "gender":
        return f"{told['value']} expression {told['confidence']:.0f} %"
    return f"{words[name] if told['value'] else 'not ' + words[name]} {told['confidence']:.0f} %"
