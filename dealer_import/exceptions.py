class SourceBusy(Exception):
    """A run of this source is already under way; the message says so."""


class NotWaiting(Exception):
    """Another process has begun the run, or has done it already."""


class NotUndecided(Exception):
    """The run is not held, or staff have decided on it before."""


class NotReversible(Exception):
    """The run has written nothing, or was taken back before; the message says so."""


class FileForgotten(Exception):
    """The kept file is gone; its time was over. The message says what to do."""


class Overtaken(Exception):
    """A later file of the same source is in the shop already; the message names its run and says what to do."""


class NotCorrectable(Exception):
    """The row was not refused by this run, or has been corrected before; the message says so."""


class NotUnderWay(Exception):
    """The comparison has ended, or staff have cancelled it; the message says so."""
