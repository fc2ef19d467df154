"""Qt item models: numbers at once, all else for what is on the screen."""
