"""Threads beside the window: every call to the library and every look at a file is made here."""
