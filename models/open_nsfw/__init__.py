"""Open-NSFW: is a picture explicit."""
