class BrokenChain(Exception):
    """A hash chain does not add up: a record was altered or removed. The message names chain and position."""
