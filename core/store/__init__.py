"""The catalog: schema, the one writer, read-only readers, plain SQL in small functions."""
