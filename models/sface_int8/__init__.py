"""SFace: a vector for each face."""
