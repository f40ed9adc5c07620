"""Uploaded files: typed, hashed, never executed; a row for each, bytes on disk by hash."""
