"""How the automations stood at a moment in the past: found by taking back what the audit log says has changed since."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shopflow.automations.definitions.naming import fingerprint
from shopflow.automations.models import AutomationSettings, DryRun, Flow, FlowVersion
from shopflow.automations.queries import definition_of
from shopflow.automations.services.dry_runs.timeline import HEARD
from shopflow.contracts.types import JSONDict
from shopflow.core.models import AuditEntry

SWITCHED, PAUSED, HALTED, SAVED = HEARD


@dataclass
class Beginning:
    """The flows that are replayed and their versions, as they stood at ``since``; ``draft`` is the flow looked at, if
    a definition of its own takes the place of its versions.
    """

    flows: list[Flow]
    versions: list[FlowVersion]
    rules: AutomationSettings
    draft: int | None = None

    @property
    def keys(self) -> list[int]:
        return [flow.pk for flow in self.flows]

    def codes(self) -> list[str]:
        """Every event that one of the versions listens to."""
        found: set[str] = set()
        for version in self.versions:
            definition = definition_of(version)
            found |= {definition.trigger.event, *(way.event for way in definition.happenings)}
        return sorted(found - {""})


def beginning_of(dry_run: DryRun) -> Beginning:
    """How everything stood when ``dry_run`` begins. Raises DefinitionInvalid for a version that cannot be read."""
    since = dry_run.since
    audits = list(AuditEntry.objects.filter(action__in=HEARD, at__gt=since).order_by("-at", "-pk"))
    flows = []
    for flow in Flow.objects.order_by("pk"):
        mine = [one for one in audits if one.object_id == str(flow.pk) and one.action in (SWITCHED, PAUSED)]
        draft = flow.pk == dry_run.flow_id and dry_run.definition is not None
        if draft or _concerns(dry_run, flow, mine):
            flows.append(_taken_back(flow, mine))
    versions = list(FlowVersion.objects.filter(flow__in=[flow.pk for flow in flows]).order_by("flow_id", "number"))
    for flow in flows:
        active = active_at([one for one in versions if one.flow_id == flow.pk], since)
        flow.active_version_id = active.pk if active else None
        flow.priority = definition_of(active).priority if active else flow.priority
    draft_of = dry_run.flow_id if dry_run.definition is not None else None
    if draft_of is not None:
        flow = next(one for one in flows if one.pk == draft_of)
        versions = [one for one in versions if one.flow_id != draft_of] + [_draft(dry_run, flow, versions)]
    return Beginning(flows, versions, _rules(audits), draft_of)


def _concerns(dry_run: DryRun, flow: Flow, audits: Sequence[AuditEntry]) -> bool:
    """Whether ``flow`` is replayed: the one looked at, and any other that was switched on at some time."""
    if flow.pk == dry_run.flow_id:
        return True
    return dry_run.together and (flow.enabled or any(one.action == SWITCHED for one in audits))


def _taken_back(flow: Flow, audits: Iterable[AuditEntry]) -> Flow:
    """``flow`` before all of ``audits``, which come newest first."""
    for one in audits:
        if one.action == SWITCHED:
            flow.enabled = not one.data["enabled"]
        else:
            flow.paused_at = None if one.data["paused"] else one.at
    return flow


def _rules(audits: Iterable[AuditEntry]) -> AutomationSettings:
    """The rules before all of ``audits``."""
    rules = AutomationSettings.objects.filter(pk=1).first() or AutomationSettings(pk=1)
    for one in audits:
        if one.action == HALTED:
            rules.halted_at = None if one.data["halted"] else one.at
        elif one.action == SAVED:
            for name, (before, _after) in one.data.items():
                _set(rules, name, before)
    return rules


def changed_rules(rules: AutomationSettings, entry: AuditEntry) -> AutomationSettings:
    """The rules after ``entry``."""
    rules = copy.copy(rules)
    if entry.action == HALTED:
        rules.halted_at = entry.at if entry.data["halted"] else None
    else:
        for name, (_before, after) in entry.data.items():
            _set(rules, name, after)
    return rules


def _set(rules: AutomationSettings, name: str, written: str) -> None:
    """Set a rule to what the audit log says, which is a text."""
    field: Any = AutomationSettings._meta.get_field(name)
    setattr(rules, name, field.to_python({"True": True, "False": False}.get(written, written)))


def active_at(versions: Sequence[FlowVersion], moment: datetime) -> FlowVersion | None:
    """The version that was active at ``moment``: the newest, but a delivered one never replaces one made by staff."""
    active: FlowVersion | None = None
    for version in versions:
        if version.created_at <= moment and replaces(active, version):
            active = version
    return active


def replaces(active: FlowVersion | None, version: FlowVersion) -> bool:
    """Whether ``version`` became the active one when it came."""
    delivered = FlowVersion.Source.BUILT_IN
    return active is None or active.source == delivered or version.source != delivered


def _draft(dry_run: DryRun, flow: Flow, versions: Sequence[FlowVersion]) -> FlowVersion:
    """The definition that is looked at, as a version that only the replay knows; its flow is switched on with it."""
    definition: JSONDict = dict(dry_run.definition or {})
    draft = FlowVersion(
        pk=max((one.pk for one in versions), default=0) + 1,
        flow_id=flow.pk,
        number=0,
        definition=definition,
        sha256=fingerprint(definition),
        trigger_event=definition["trigger"].get("event", ""),
        source=FlowVersion.Source.STAFF,
        created_at=dry_run.since,
    )
    flow.enabled, flow.paused_at = True, None
    flow.active_version_id, flow.priority = draft.pk, definition_of(draft).priority
    return draft
