class SourceBusy(Exception):
    """A run of this source is already under way; the message says so."""


class NotUndecided(Exception):
    """The run is not held, or staff have decided on it before."""
