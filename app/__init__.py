"""The Flask service: rooms in one order, each with the same stairs (docs/architecture.md)."""
