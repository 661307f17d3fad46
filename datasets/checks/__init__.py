"""What the checker compares, by subject."""
