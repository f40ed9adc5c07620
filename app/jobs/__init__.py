"""Long work as rows: lock, cursor, tally; interruptible and repeatable."""
