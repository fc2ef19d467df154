"""Places where files live; each lists, opens and says whether it is online."""
