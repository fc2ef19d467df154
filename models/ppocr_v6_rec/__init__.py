"""PP-OCRv6's recogniser: what a line of text says."""
