"""Where the sample photos lie that ship with Fovea."""

from pathlib import Path

import resources

SAMPLES = Path(next(iter(resources.__path__))) / "samples"
