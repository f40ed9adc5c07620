"""Divisions, industries and technology fields, as files that the reference room loads."""
