"""Facts, verdicts, flags and pools: the only room that runs the rules."""
