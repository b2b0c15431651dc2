"""Tying a process to its parent, so that nothing outlives a supervisor that was killed.

A supervisor that is stopped stops its children. One that is killed (``kill -9``, the kernel short of memory) can do
nothing any more; on Linux the kernel then sends each tied child a signal.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def tied_to_this_process(number: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A function for the child to call right after the fork: it gets signal ``number`` when this process ends.

    The tie outlives an exec, not a fork. Elsewhere than on Linux the function does nothing.
    """
    if sys.platform != "linux":
        return lambda: None
    parent = os.getpid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def tie() -> None:
        if prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
        if os.getppid() != parent:  # it ended before the tie was made
            os.kill(os.getpid(), number)

    return tie
