"""NSFWJS: drawing, hentai, neutral, porn, sexy."""
