"""The errors Fovea raises on purpose; anything else is a bug and is never swallowed.

FoveaError
├── PersonError          the person can mend it (disk full, library locked, bad path): a sentence and an action
│   └── LibraryError     the library as a whole cannot be used: locked, newer, read-only, full, corrupt
├── MediaError           this file cannot be read
├── AnalysisError        this analyzer cannot look at this picture
└── NotFoundError        what was asked for is not in the library
"""


class GivenUpError(Exception):
    """Something was given up because nobody waits for it any more: no fault, and nothing to be told."""


class FoveaError(Exception):
    """Any error whose text is one clear sentence for a person."""


class PersonError(FoveaError):
    """Something the person can mend; `action` says how, or is empty."""

    def __init__(self, sentence: str, action: str = "") -> None:
        super().__init__(sentence)
        self.action = action

    def __str__(self) -> str:
        return " ".join(part for part in (self.args[0], self.action) if part)


class LibraryError(PersonError):
    """The library cannot be used as it is; the command line ends with exit code 3."""


class MediaError(FoveaError):
    """The file cannot be decoded; the sentence says why."""


class AnalysisError(FoveaError):
    """The analyzer cannot look at this picture; the sentence says why."""


class NotFoundError(FoveaError):
    """No such asset, file or decision in the library."""
