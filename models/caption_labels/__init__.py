"""Labels learned from the words of photo captions: scenes, activities, weather."""
