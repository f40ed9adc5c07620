"""The shared samples, read through a mapping and run as an outside program would run them."""
