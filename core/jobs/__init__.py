"""What is left to do, and the doing of it."""
