"""Which automations and broadcasts would stand without a segment, a tag or another row that they name."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.automations.definitions.mentions import CATEGORY, OF_ATTRIBUTE, SEGMENT, THRESHOLD, mentions
from shopflow.automations.models import Broadcast, Flow, FlowVersion, Run
from shopflow.automations.queries import readable
from shopflow.contracts.usage import RowUser, Use, row_users


@row_users.register
class InAutomations(RowUser):
    """Active versions, switched on or not, and those that people are in still; broadcasts that take people in."""

    code = "automations"
    label = gettext_lazy("Automations")

    def uses(self, kind: str, code: str) -> Sequence[Use]:
        """One query, two for a segment."""
        found = {version.flow: version for version in _versions(kind, code) if _names(version, kind, code)}
        named = [
            Use(_("the automation “%(name)s”") % {"name": flow.name},
                reverse("shopflow-staff:automations-flow", args=[flow.code]))
            for flow in sorted(found, key=lambda flow: flow.name)
        ]  # fmt: skip
        return named + (_broadcasts(code) if kind == SEGMENT else [])


NUMBERED = (THRESHOLD, CATEGORY)
"""Kinds whose codes are numbers, which JSON writes without quotation marks."""


def _versions(kind: str, code: str) -> list[FlowVersion]:
    """Versions that matter and hold the code anywhere in their words."""
    held = Q(words__contains=f'"{code}"') | Q(words__contains=f'"{OF_ATTRIBUTE}{code}"')
    if kind in NUMBERED:
        held = Q(words__contains=code)
    active = Exists(Flow.objects.filter(active_version=OuterRef("pk")))
    peopled = Exists(Run.objects.filter(version=OuterRef("pk"), state__in=Run.OPEN))
    written = FlowVersion.objects.annotate(words=Cast("definition", TextField())).filter(held)
    return list(written.filter(Q(active) | Q(peopled)).select_related("flow").order_by("pk"))


def _names(version: FlowVersion, kind: str, code: str) -> bool:
    definition = readable(version)
    return definition is not None and any((one.kind, one.code) == (kind, code) for one in mentions(definition))


def _broadcasts(code: str) -> list[Use]:
    waiting = Broadcast.objects.filter(
        segment__code=code, state__in=[Broadcast.State.PLANNED, Broadcast.State.STARTING]
    )
    return [
        Use(_("the broadcast “%(name)s”") % {"name": one.label}, reverse("shopflow-staff:broadcast", args=[one.pk]))
        for one in waiting.order_by("label", "pk")
    ]
