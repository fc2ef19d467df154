"""The window: Qt only; shows what the library answers and never touches disk, SQL or pixels of originals itself."""
