"""The frozen program: `fovea`, or with --decoder its own decoder child."""

import os
import sys

if hasattr(sys, "_MEIPASS"):  # programs that it starts (Tesseract) must not load the libraries of this folder
    os.environ["LD_LIBRARY_PATH"] = os.environ.pop("LD_LIBRARY_PATH_ORIG", "")

if sys.argv[1:] == ["--decoder"]:
    from core.media.child import main as run
else:
    from app.cli.main import run

run()
