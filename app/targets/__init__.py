"""The targets of the plan, beside what the register holds."""
