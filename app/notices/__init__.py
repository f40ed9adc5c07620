"""Messages to people and the outbox of what leaves the house: rows, delivered later."""
