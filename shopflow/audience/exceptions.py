from __future__ import annotations


class UnknownLink(Exception):
    """The link was not made by us, or what it confirms has been deleted because nobody clicked in time."""


class ExpiredLink(Exception):
    """The confirmation comes too late; the person has to sign up anew."""


class ValueRefused(ValueError):
    """What was entered cannot be kept; the message says why, and what to do."""


class SegmentRefused(ValueError):
    """A segment cannot be stored as it is asked for; ``problems`` are sentences that say why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
