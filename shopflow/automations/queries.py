"""Reads of the automations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from oscar.core.loading import get_model

from shopflow.automations.definitions import Definition, read
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Decision, Flow, FlowVersion, Recipient, Run
from shopflow.core.models import OutboxDelivery
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


def attached_files(*, reference: str) -> frozenset[str]:
    """Storage names of the files that mails with ``reference`` have carried or are about to carry."""
    lost = (MessageState.SKIPPED, MessageState.FAILED)
    lists = Message.objects.filter(reference=reference).exclude(state__in=lost).values_list("attachments", flat=True)
    return frozenset(file["storage_name"] for files in lists for file in files)


def reviewable_products(order_id: int) -> list[Any]:
    """The order's products that are still shown in the shop, each once; of a variant its parent."""
    lines = get_model("order", "Line")._default_manager.filter(order_id=order_id)
    found: dict[int, Any] = {}
    for line in lines.select_related("product__parent").order_by("pk"):
        product = line.product and (line.product.parent or line.product)
        if product is not None and product.is_public:
            found.setdefault(product.pk, product)
    return list(found.values())


@dataclass(frozen=True)
class FlowNumbers:
    """A flow with how many of its runs are in which state."""

    flow: Flow
    open: int
    parked: int
    done: int
    exited: int
    failed: int


def flows_with_numbers() -> list[FlowNumbers]:
    """Every flow, in two queries."""
    counts: dict[tuple[int, str], int] = {}
    for row in Run.objects.values("flow_id", "state").annotate(runs=Count("pk")).order_by():
        counts[row["flow_id"], row["state"]] = row["runs"]

    def count(flow: Flow, *states: str) -> int:
        return sum(counts.get((flow.pk, state), 0) for state in states)

    return [
        FlowNumbers(
            flow=flow,
            open=count(flow, *Run.RUNNABLE),
            parked=count(flow, Run.State.PARKED),
            done=count(flow, Run.State.DONE),
            exited=count(flow, Run.State.EXITED),
            failed=count(flow, Run.State.FAILED),
        )
        for flow in Flow.objects.exclude(code__startswith=BROADCAST).select_related("active_version").order_by("name")
    ]


def startable_flows() -> list[Flow]:
    """Automations that staff can start for the people of a segment, without those made for one broadcast."""
    found = Flow.objects.filter(active_version__trigger_event="", enabled=True).select_related("active_version")
    ready = []
    for flow in found.exclude(code__startswith=BROADCAST).order_by("name"):
        try:
            definition = definition_of(flow.active_version) if flow.active_version else None
        except DefinitionInvalid:
            continue
        if definition is not None and "{occasion}" in definition.entry_key:
            ready.append(flow)
    return ready


def standing_at(version: FlowVersion) -> dict[str, int]:
    """How many open runs of ``version`` stand at each step."""
    rows = Run.objects.filter(flow=version.flow_id, version=version, state__in=Run.OPEN).values("node")
    return {row["node"]: row["runs"] for row in rows.annotate(runs=Count("pk")).order_by()}


def runs(*, flow: str = "", state: str = "", email: str = "", before: int | None = None) -> QuerySet[Run]:
    """Runs, newest first, narrowed by whatever is given; ``before`` is the id that the last page ended with."""
    found = Run.objects.select_related("flow", "version").order_by("-pk")
    if flow:
        found = found.filter(flow__code=flow)
    if state:
        found = found.filter(state=state)
    if email:
        found = found.filter(email=email.strip().lower())
    return found.filter(pk__lt=before) if before else found


def decisions_about(*, email: str, limit: int = 200) -> Sequence[Decision]:
    """Why something did or did not happen for ``email``, newest first."""
    found = Decision.objects.filter(email=email.strip().lower()).select_related("flow")
    return list(found.order_by("-at", "-pk")[:limit])


def blocked(*, email: str) -> Recipient | None:
    """The block of ``email`` by staff, if there is one."""
    return Recipient.objects.filter(email=email.strip().lower(), blocked_at__isnull=False).first()


def parked_deliveries(*, limit: int = 200) -> Sequence[OutboxDelivery]:
    """Events that a subscriber could not take in, oldest first."""
    found = OutboxDelivery.objects.filter(state=OutboxDelivery.State.PARKED).select_related("event")
    return list(found.order_by("pk")[:limit])
