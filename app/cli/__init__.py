"""One file per command: parse, call `core.library`, print."""
