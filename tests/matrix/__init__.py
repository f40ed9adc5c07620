"""Who may enter which door: written apart from the code, and tried on every door."""
