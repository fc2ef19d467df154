"""The panels of the window, a file each: they show what the desk tells and tell the desk what is wished."""
