"""The order of a run with several processes: long tests first, so that none is left alone at the end."""

from __future__ import annotations

import pytest

LONG = ("long", "journey")


def long_ones_first(items: list[pytest.Item], workers: int) -> None:
    """Begin each worker's share with long tests; those that share a browser go to one worker.

    xdist's ``worksteal`` gives the workers equal shares in the order of ``items``, and who is done takes over from the
    end of another's share. What is not long keeps its order.
    """
    starts: list[list[pytest.Item]] = [[] for _worker in range(workers)]
    dealt = 0
    for item in items:
        if not any(item.get_closest_marker(mark) for mark in LONG):
            continue
        if "browser" in getattr(item, "fixturenames", ()):
            starts[0].append(item)
        else:
            starts[1 + dealt % (workers - 1)].append(item)
            dealt += 1
    taken = {id(item) for start in starts for item in start}
    others = [item for item in items if id(item) not in taken]
    ordered: list[pytest.Item] = []
    for place, start in enumerate(starts):
        share = (len(items) - len(ordered)) // (workers - place)
        fill = max(share - len(start), 0)
        ordered += start + others[:fill]
        del others[:fill]
    items[:] = ordered + others
