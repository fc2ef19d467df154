"""Everything the product knows, free of Qt; `core.library` is its only front door."""
