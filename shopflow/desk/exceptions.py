from __future__ import annotations


class TaskClosed(Exception):
    """The task is closed; what was asked needs an open one."""


class ReasonMissing(Exception):
    """A deadline of the law is not dismissed without saying why."""
