"""Applications and decisions: cases that walk through procedures kept as data."""
