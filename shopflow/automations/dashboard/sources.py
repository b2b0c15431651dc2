"""Which definition staff look at, test or replay: the active version, an earlier one, or the draft."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shopflow.automations.models import Flow, FlowDraft, FlowVersion
from shopflow.automations.services import definition_in
from shopflow.contracts.types import JSONDict
from shopflow.contracts.types import Label as Words

DRAFT = "entwurf"


@dataclass(frozen=True)
class Source:
    """A definition with its name for staff; ``key`` is what a form or an address calls it."""

    key: str
    label: str
    definition: JSONDict
    is_active: bool = False


def sources_of(flow: Flow) -> list[Source]:
    """The draft, then the versions, newest first."""
    found = []
    draft = FlowDraft.objects.filter(flow=flow).first()
    if draft is not None:
        found.append(Source(DRAFT, _("draft"), definition_in(draft)))
    return found + [_of(flow, version) for version in flow.versions.order_by("-number")[:20]]


def source_of(flow: Flow, key: str) -> Source | None:
    """The definition called ``key``; the active version if there is none of that name, None without one."""
    if key == DRAFT:
        draft = FlowDraft.objects.filter(flow=flow).first()
        if draft is not None:
            return Source(DRAFT, _("draft"), definition_in(draft))
    version = flow.versions.filter(number=int(key)).first() if key.isdecimal() and len(key) < 9 else None
    version = version or flow.active_version
    return None if version is None else _of(flow, version)


def _of(flow: Flow, version: FlowVersion) -> Source:
    label = _("version %(number)s") % {"number": version.number}
    return Source(str(version.number), label, version.definition, is_active=version.pk == flow.active_version_id)


def choices_of(flow: Flow) -> list[tuple[str, Words]]:
    """The definitions as a form offers them."""
    return [(source.key, f"{source.label} ({_('active')})" if source.is_active else source.label)
            for source in sources_of(flow)]  # fmt: skip
