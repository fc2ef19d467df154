"""Data that ships with Fovea: vocabulary, sample photos."""
