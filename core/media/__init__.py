"""Hostile bytes in; upright sRGB pixels and metadata out, in a child process. The only importer of decoders."""
