"""The audit trail: append-only events, chained from the first migration."""
