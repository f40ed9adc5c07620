"""What can be wrong with a pack or with facts: said with the place and the remedy."""


class PackError(Exception):
    """A pack cannot be used. The message names the file, the place in it and what to do."""


class FactError(ValueError):
    """A fact cannot be read. The message names the indicator and what was expected."""
