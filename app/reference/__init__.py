"""Divisions, industries, fields, the working-day calendar."""
