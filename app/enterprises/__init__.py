"""The enterprise master and the register of titles."""
