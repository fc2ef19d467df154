"""The doors of Fovea: the command line today."""
