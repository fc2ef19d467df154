"""How the data of this room was made; not needed to run Fovea."""
