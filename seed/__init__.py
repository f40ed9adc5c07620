"""What a registry starts with: the reference data, and a demo city of its own making."""
