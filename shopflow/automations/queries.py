"""Reads of the automations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from shopflow.automations.definitions import Definition, read
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Decision, Flow, FlowVersion, Recipient, Run, StandingFigure
from shopflow.core.memo import kept_while_unchanged
from shopflow.core.models import OutboxDelivery
from shopflow.core.paging import newest_first
from shopflow.core.rows import OneOf
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.models import Message, MessageState

BROADCAST = "rundmail-"
"""What the codes of automations begin with that were made for one broadcast."""

_kept: dict[str, Definition] = {}
_KEEP = 256


def definition_of(version: FlowVersion) -> Definition:
    """The version's definition, ready to run; versions never change, so it is read once per process.

    Raises :class:`~shopflow.automations.exceptions.DefinitionInvalid` for one that this shopflow cannot read.
    """
    definition = _kept.get(version.sha256)
    if definition is None:
        definition = read(version.definition)
        if len(_kept) >= _KEEP:
            _kept.clear()
        _kept[version.sha256] = definition
    return definition


@kept_while_unchanged("shopflow_automations.FlowVersion")
def is_asked_for(event: str) -> bool:
    """Whether an automation names the event: in its active version, switched on or not, or in one that somebody is in.

    An automation that is still off counts, so that a dry run can be asked how often it would have begun. A process may
    believe for a minute that somebody is still in a version who has just left it.
    """
    written = FlowVersion.objects.annotate(words=Cast("definition", TextField())).filter(words__contains=f'"{event}"')
    active = Exists(Flow.objects.filter(active_version=OuterRef("pk")))
    peopled = Exists(Run.objects.filter(version=OuterRef("pk"), state__in=Run.OPEN))
    return written.filter(Q(active) | Q(peopled)).exists()


ENDED = ("lease_until", "ended_at", "ending", "reason_code", "reason", "entry_base")
"""Columns of a run that whoever moves it on writes, but does not read."""


def runs_of(keys: Collection[int], *, locked: bool = False) -> dict[int, Run]:
    """The runs by their keys, with each flow and version read once; ``locked`` in the caller's transaction."""
    found = Run.objects.select_for_update().defer(*ENDED) if locked else Run.objects.all()
    runs = {run.pk: run for run in found.filter(OneOf("pk", keys)).order_by("pk")}
    flows = Flow.objects.in_bulk({run.flow_id for run in runs.values()})
    versions = FlowVersion.objects.defer("definition").in_bulk({run.version_id for run in runs.values()})
    flow_of, version_of = Run._meta.get_field("flow"), Run._meta.get_field("version")
    for run in runs.values():
        flow_of.set_cached_value(run, flows[run.flow_id])
        version_of.set_cached_value(run, versions[run.version_id])
    return runs


def attached_files(*, reference: str) -> frozenset[str]:
    """Storage names of the files that mails with ``reference`` have carried or are about to carry."""
    lost = (MessageState.SKIPPED, MessageState.FAILED)
    lists = Message.objects.filter(reference=reference).exclude(state__in=lost).values_list("attachments", flat=True)
    return frozenset(file["storage_name"] for files in lists for file in files)


COUNTED = 1000
"""Runs are counted up to here: a list of automations costs the same whether a thousand or a million have run."""


@dataclass(frozen=True)
class FlowNumbers:
    """A flow with how many of its runs are in which state, as they are shown: beyond ``COUNTED`` as "1000+"."""

    flow: Flow
    open: str
    parked: str
    done: str
    exited: str
    failed: str


class _Counted(Subquery):
    """How many rows an inner query has, which brings its own limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted_)"
    output_field = IntegerField()


def _runs_in(*states: str) -> _Counted:
    inner = Run.objects.filter(flow=OuterRef("pk"), state__in=states).order_by()
    return _Counted(inner.values("pk")[: COUNTED + 1])


def _shown(count: int) -> str:
    return f"{COUNTED}+" if count > COUNTED else str(count) if count else ""


def flows_with_numbers() -> list[FlowNumbers]:
    """Every flow, in one query that counts no further than it has to."""
    states = {
        "n_open": Run.RUNNABLE, "n_parked": (Run.State.PARKED,), "n_done": (Run.State.DONE,),
        "n_exited": (Run.State.EXITED,), "n_failed": (Run.State.FAILED,),
    }  # fmt: skip
    found: Any = Flow.objects.exclude(code__startswith=BROADCAST).select_related("active_version").order_by("name")
    found = found.annotate(**{name: _runs_in(*inside) for name, inside in states.items()})
    return [
        FlowNumbers(
            flow=flow,
            open=_shown(flow.n_open) or "0",
            parked=_shown(flow.n_parked),
            done=_shown(flow.n_done) or "0",
            exited=_shown(flow.n_exited) or "0",
            failed=_shown(flow.n_failed),
        )
        for flow in found
    ]


def active_definition(flow: Flow) -> Definition | None:
    """What ``flow`` does for whoever enters now; None where there is no version that can be read."""
    return readable(flow.active_version) if flow.active_version else None


def readable(version: FlowVersion) -> Definition | None:
    """What ``version`` does; None where that can be read no longer."""
    try:
        return definition_of(version)
    except DefinitionInvalid:
        return None


def startable_flows() -> list[Flow]:
    """Automations that staff can start for the people of a segment, without those made for one broadcast."""
    found = Flow.objects.filter(active_version__trigger_event="", enabled=True).select_related("active_version")
    ready = [(flow, active_definition(flow)) for flow in found.exclude(code__startswith=BROADCAST).order_by("name")]
    return [flow for flow, definition in ready if definition is not None and "{occasion}" in definition.entry_key]


def standing_at(version: FlowVersion) -> dict[str, int]:
    """How many open runs of ``version`` stand at each step; of very many as last counted in the background."""
    standing = Run.objects.filter(flow=version.flow_id, version=version, state__in=Run.OPEN)
    nodes = list(standing.values_list("node", flat=True)[: COUNTED + 1])
    figures = StandingFigure.objects.filter(flow=version.flow_id, version=version.number)
    kept = list(figures.values_list("node", "count"))  # needed or not: a page asks as often for few as for many
    if len(nodes) <= COUNTED:
        return dict(Counter(nodes))
    found: Counter[str] = Counter()
    for node, count in kept:
        found[node] += count
    return dict(found)


def runs(*, flow: str = "", state: str = "", email: str = "", before: int | None = None) -> QuerySet[Run]:
    """Runs, newest first, narrowed by whatever is given; ``before`` is the id that the last page ended with."""
    found = Run.objects.select_related("flow", "version")
    if email:
        found = found.filter(email=normalise_email(email))
    wanted = {"flow_id": flow and Subquery(Flow.objects.filter(code=flow).values("pk")[:1]), "state": state}
    like = {name: value for name, value in wanted.items() if value}
    if not email:
        return newest_first(found, like, before=before)
    return newest_first(found.filter(**like), {}, before=before)  # of one person there are few


def decisions_about(*, email: str, limit: int = 200) -> Sequence[Decision]:
    """Why something did or did not happen for ``email``, newest first."""
    found = Decision.objects.filter(email=normalise_email(email)).select_related("flow")
    return list(found.order_by("-at", "-pk")[:limit])


def blocked(*, email: str) -> Recipient | None:
    """The block of ``email`` by staff, if there is one."""
    return Recipient.objects.filter(email=normalise_email(email), blocked_at__isnull=False).first()


def parked_deliveries(*, limit: int = 200) -> Sequence[OutboxDelivery]:
    """Events that a subscriber could not take in, oldest first."""
    found = OutboxDelivery.objects.filter(state=OutboxDelivery.State.PARKED).select_related("event")
    return list(found.order_by("pk")[:limit])
