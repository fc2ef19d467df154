"""PP-OCRv4's detector: where lines of text are."""
