"""The tabs of the inspector, each a class that tells of one photo."""
