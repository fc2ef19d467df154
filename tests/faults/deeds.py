"""What a person does in an hour, in one second: `python -m tests.faults.deeds LIBRARY PHOTOS`.

Each deed is printed once it is acknowledged, and not before.
"""

import sys
from pathlib import Path

from core.decide import Wish
from core.errors import LibraryError
from core.library import Library

TAGS = 12


def main(home: Path, photos: Path) -> None:
    """Tag, undo, scan, make a backup, tag again."""
    first = str(min(photos.iterdir()))
    with Library(home, write=True) as library:
        for number in range(TAGS):
            library.mark([first], [Wish("tag", f"tag {number}")])
            print(f"tag {number}", flush=True)
        library.undo()
        print(f"undone tag {TAGS - 1}", flush=True)
        library.scan([str(photos)], analyze=False)
        print("scanned", flush=True)
        library.back_up()
        print("backed up", flush=True)
        library.mark([first], [Wish("tag", "tag last")])
        print("tag last", flush=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except LibraryError as error:
        print(error, file=sys.stderr)
        sys.exit(3)
