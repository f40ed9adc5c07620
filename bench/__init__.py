"""Measurements: what things cost on this machine, printed. Nothing here asserts on time."""
