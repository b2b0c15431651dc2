class BrokenChain(Exception):
    """A hash chain does not add up: a record was altered or removed. The message names chain and position."""


class ImmutableRecord(Exception):
    """Someone tried to change or delete a record that is kept as evidence. Nothing was changed."""
