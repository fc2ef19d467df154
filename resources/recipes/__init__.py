"""How the data files of this package are made; nothing here runs in the product."""
