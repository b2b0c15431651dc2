"""Successors of staged parts: which of them hold, seen together with the parts that the file does not change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dealer_import.canonical import identity_hash
from dealer_import.findings import Finding, Severity
from dealer_import.known import Known
from dealer_import.reading import Reading
from dealer_import.scope import Scope
from dealer_import.sentences import say as _
from dealer_import.staging import Staging
from dealer_import.successions import check_successions
from shopflow.parts.models import PartRecord, PartSuccession


def link_successions(staging: Staging, reading: Reading, known: Known, scope: Scope) -> None:
    """Stage the successions that hold; the lines of others are read again next time."""
    if not staging.successions:
        return
    untouched = {known.identities[position]: position for position in known.with_links if known.came[position]}
    others = _links(reading, untouched, only_untouched=scope.hides_missing)
    label = reading.profile.label("successor")
    checked = check_successions(
        staging.successions,
        exists=lambda code, key: _exists(code, key, reading),
        others=others,
        note=lambda finding: reading.note(replace(finding, column=label)),
    )
    staging.put_successions(checked.rows)
    staging.put_redo((line, 0) for line in checked.dropped)
    staging.put_unlinked(_cut(checked.loops, untouched, known, reading))


def _exists(code: str, key: str, reading: Reading) -> bool:
    return (
        reading.names(identity_hash(code, key)) or PartRecord.objects.filter(brand__code=code, number_key=key).exists()
    )


def _links(reading: Reading, untouched: dict[int, int], *, only_untouched: bool) -> dict[int, list[int]]:
    """Successions of parts that the file does not map: of all of them, or only of those that stand in it unchanged."""
    links: dict[int, list[int]] = {}
    rows = PartSuccession.objects.filter(part__identity__isnull=False, successor__identity__isnull=False)
    for identity, following in rows.values_list("part__identity", "successor__identity").iterator(chunk_size=5000):
        if identity in untouched or not (only_untouched or reading.names(identity)):
            links.setdefault(identity, []).append(following)
    return links


def _cut(loops: Iterable[int], untouched: dict[int, int], known: Known, reading: Reading) -> list[int]:
    """Parts ids of unchanged rows that a changed row has closed into a loop."""
    cut = []
    for identity in loops:
        position = untouched.get(identity)
        if position is None:
            continue
        cut.append(known.pks[position])
        hint = _("The successors lead back to this part; none of the loop was taken. Correct it in the system.")
        line, label = known.lines.get(position, 0), reading.profile.label("successor")
        reading.note(Finding("succession_loop", Severity.WARNING, line, label, "", hint))
    return cut
