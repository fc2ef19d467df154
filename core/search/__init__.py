"""Query text in, ranked hits with reasons out."""
