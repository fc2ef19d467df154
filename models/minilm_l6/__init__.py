"""MiniLM-L6: sentences as vectors."""
