"""FaceRes: how old a face looks."""
