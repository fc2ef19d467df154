"""Scans a folder made to hurt, bombs of a gigabyte included: `python -m tests.measure.hostile`."""

import subprocess
import tempfile
from pathlib import Path

from tests.hostile import scan


def main() -> None:
    """Print how every kind of entry ended."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        told = scan(root, "--heavy")
        subprocess.run(["chmod", "-R", "u+rwx", str(root)], check=False)
    print(f"exit code {told.code}, {told.seconds:.0f} s, largest process {told.peak_mb:.0f} MB")
    for (expected, end), count in sorted(told.ends.items()):
        print(f"  expected {expected:7} {end:13} {count}")
    print("wrong:", *(told.wrong or ["nothing"]), sep="\n  ")


if __name__ == "__main__":
    main()
