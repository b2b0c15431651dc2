"""What the shop holds of a source, in a few bytes a part: enough to skip what has not changed, and to miss parts."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from dealer_import.canonical import identity_hash
from dealer_import.int_map import IntMap
from shopflow.parts.models import PartRecord

CHUNK = 20_000
NOT_READ = -2
"""Row hash of a part whose row was skipped: it is what the shop has stored."""


class Known:
    """The parts that ``source`` keeps and that are not missing, each at a position of its own.

    ``came`` says for each position whether the row was seen in the file, unchanged to the byte; ``with_links`` are the
    positions of parts that have successors, and ``lines`` the lines on which those rows stood.
    """

    def __init__(self) -> None:
        self.pks = array("q")
        self.identities = array("q")
        self.by_raw = IntMap()
        self.came = bytearray()
        self.with_links: set[int] = set()
        self.lines: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.pks)

    def unseen(self) -> Iterator[int]:
        """Positions of the parts whose stored row has not come."""
        position = self.came.find(0)
        while position >= 0:
            yield position
            position = self.came.find(0, position + 1)

    def seen(self) -> Iterator[int]:
        """Positions of the parts whose row came unchanged."""
        position = self.came.find(1)
        while position >= 0:
            yield position
            position = self.came.find(1, position + 1)

    def row_hash(self, identity: int) -> int | None:
        """The stored row hash of a part that was skipped."""
        return PartRecord.objects.filter(identity=identity).values_list("row_hash", flat=True).first()


def known_parts(source: str) -> Known:
    """Load what ``source`` keeps, in one query; parts from before this bookkeeping are mapped once more."""
    known = Known()
    rows = PartRecord.objects.filter(source=source, missing=False)
    known.by_raw = IntMap(rows.count())
    put, pks, identities = known.by_raw.put, known.pks.append, known.identities.append
    linked = set(rows.filter(successions__isnull=False).values_list("pk", flat=True))
    light = rows.order_by().values_list("pk", "identity", "raw_hash")
    kept = light.filter(identity__isnull=False).iterator(chunk_size=CHUNK)
    for position, (pk, identity, raw_hash) in enumerate(kept):
        pks(pk)
        identities(identity)
        if raw_hash is not None:
            put(raw_hash, position)
        if pk in linked:
            known.with_links.add(position)
    old = rows.order_by().values_list("pk", "brand__code", "number_key").filter(identity__isnull=True)
    for pk, code, key in old.iterator(chunk_size=CHUNK):
        pks(pk)
        identities(identity_hash(code, key))
    known.came = bytearray(len(known.pks))
    return known


class Restorer:
    """Gives a number back its leading zeros, where the shop knows exactly one number of the brand that ends like it."""

    def __init__(self) -> None:
        self._brands: dict[str, dict[str, str | None]] = {}

    def __call__(self, brand_code: str, key: str) -> str | None:
        if brand_code not in self._brands:
            self._brands[brand_code] = self._padded(brand_code)
        return self._brands[brand_code].get(key)

    def _padded(self, brand_code: str) -> dict[str, str | None]:
        """The displayed numbers of a brand that begin with zeros, by the key without them; None where two fit."""
        found: dict[str, str | None] = {}
        rows = PartRecord.objects.filter(brand__code=brand_code, number_key__startswith="0")
        for key, display in rows.order_by().values_list("number_key", "number_display").iterator(chunk_size=CHUNK):
            short = key.lstrip("0")
            found[short] = None if short in found else display
        return found
