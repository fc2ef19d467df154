"""The image-text head: pictures and sentences in one space."""
