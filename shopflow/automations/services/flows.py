"""Flows and their versions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shopflow.automations.definitions import missing_extensions, read
from shopflow.automations.definitions.naming import fingerprint
from shopflow.automations.exceptions import DefinitionInvalid, NotAllowed
from shopflow.automations.models import Flow, FlowVersion
from shopflow.automations.pins import changed_since, pins_of, text_key
from shopflow.automations.queries import definition_of
from shopflow.automations.rows import missing_rows
from shopflow.automations.services.activation import pass_gate
from shopflow.automations.services.kept_experiments import changed_experiments
from shopflow.contracts.automations import FlowDefinition, flows
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.services import audit


def sync_builtin_flows() -> list[FlowVersion]:
    """Bring the registered flows into the database and return the versions that were added.

    A changed definition becomes a new version; it is made the active one only while the active version is a
    built-in one itself. Staff's switch and staff's versions are never touched, nor are runs. Built-in versions of a
    time in which these were not bound to their texts are bound to those of now.
    """
    _bind_unbound()
    added, standing = [], _standing()
    for provider in flows:
        with translation.override(settings.LANGUAGE_CODE):
            built_in = provider.define()
            if standing.get(built_in.code) == {**_texts(built_in), "sha256": fingerprint(built_in.definition)}:
                continue
            with transaction.atomic():
                version = _sync(built_in)
        if version is not None:
            added.append(version)
    return added


def _standing() -> dict[str, dict[str, str]]:
    """What the database holds of each flow's delivered texts and newest delivered definition, by code."""
    delivered = FlowVersion.objects.filter(source=FlowVersion.Source.BUILT_IN).order_by("number")
    newest = dict(delivered.values_list("flow__code", "sha256"))
    rows = Flow.objects.filter(code__in=newest).values_list("code", "name", "description", "reason")
    return {
        code: {"name": name, "description": description, "reason": reason, "sha256": newest[code]}
        for code, name, description, reason in rows
    }


def _texts(built_in: FlowDefinition) -> dict[str, str]:
    return {
        "name": str(built_in.label),
        "description": str(built_in.description),
        "reason": str(built_in.reason),
    }


def _bind_unbound() -> None:
    unbound = FlowVersion.objects.filter(source=FlowVersion.Source.BUILT_IN, pins={})
    for version in unbound:
        try:
            pins = pins_of(definition_of(version))
        except DefinitionInvalid:  # shown on the automation's page, and parks its runs
            continue
        FlowVersion.objects.filter(pk=version.pk).update(pins=pins)


def renew_delivered(*, template: str, language: str) -> list[FlowVersion]:
    """Staff have chosen another text of a mail: each automation whose built-in version is active and bound to the one
    before gets a version with the texts and segments of now. Runs keep theirs. Returns what was added.
    """
    active = Flow.objects.filter(active_version__source=FlowVersion.Source.BUILT_IN)
    added = []
    for flow in active.filter(active_version__pins__texts__has_key=text_key(template, language)).order_by("pk"):
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            version = _renewed(_locked(flow))
        if version is not None:
            added.append(version)
    return added


def _renewed(flow: Flow) -> FlowVersion | None:
    version = flow.active_version
    if version is None or version.source != FlowVersion.Source.BUILT_IN or not _is_outdated(version):
        return None
    pins = pins_of(definition_of(version))
    note = _("With the texts of now")
    added = _add_version(
        flow, version.definition, version.sha256, FlowVersion.Source.BUILT_IN, actor=None, note=note, pins=pins
    )
    Flow.objects.filter(pk=flow.pk).update(active_version=added)
    return added


def _is_outdated(version: FlowVersion) -> bool:
    changed = changed_since(version)
    return bool(changed.texts or changed.segments)


def _sync(built_in: FlowDefinition) -> FlowVersion | None:
    definition = read(built_in.definition)
    texts = _texts(built_in)
    flow, created = Flow.objects.get_or_create(code=built_in.code, defaults={**texts, "enabled": built_in.enabled})
    flow = _locked(flow)
    if not created:
        Flow.objects.filter(pk=flow.pk).update(**texts)
    sha256 = fingerprint(built_in.definition)
    delivered = flow.versions.filter(source=FlowVersion.Source.BUILT_IN)
    newest = delivered.order_by("-number").first()
    if newest is not None and newest.sha256 == sha256:
        return None
    pins = pins_of(definition)
    version = _add_version(flow, built_in.definition, sha256, FlowVersion.Source.BUILT_IN, actor=None, pins=pins)
    active = flow.active_version
    if active is None or active.source == FlowVersion.Source.BUILT_IN:
        Flow.objects.filter(pk=flow.pk).update(active_version=version, priority=definition.priority)
    return version


@transaction.atomic
def publish_version(
    *, flow: Flow, definition: JSONDict, actor: Any, note: str = "", pins: JSONDict | None = None
) -> FlowVersion:
    """Make ``definition`` the flow's active version. Runs that have begun keep theirs.

    It is bound to the texts and segments that it names as they are now, or to ``pins``. Raises
    :class:`DefinitionInvalid` when it cannot be read, names something that is not installed or does not exist, such as
    a segment or the text of a mail, or changes an experiment that keeps its name, and
    :class:`~shopflow.automations.exceptions.NotReady` when people enter the flow and the definition has not passed the
    gate (``services.activation``).
    """
    ready = read(definition)
    problems = missing_extensions(ready) + missing_rows(ready)
    if problems:
        raise DefinitionInvalid(problems)
    flow = _locked(flow)
    if problems := changed_experiments(flow, ready):
        raise DefinitionInvalid(problems)
    if flow.enabled and flow.active_version_id is not None:
        pass_gate(flow, definition, actor)
    pins = pins_of(ready) if pins is None else pins
    version = _add_version(
        flow, definition, fingerprint(definition), FlowVersion.Source.STAFF, actor=actor, note=note, pins=pins
    )
    Flow.objects.filter(pk=flow.pk).update(active_version=version, priority=ready.priority)
    audit(
        actor=actor,
        action="automation_version_published",
        target=flow,
        summary=_("Version %(number)s of “%(flow)s” published") % {"number": version.number, "flow": flow.name},
        data={"version": version.number, "sha256": version.sha256, "note": note},
    )
    return version


def roll_back(*, version: FlowVersion, actor: Any) -> FlowVersion:
    """Publish what an earlier version said once more, as a new version. Raises :class:`DefinitionInvalid`.

    An earlier one brings its texts along; the active one is bound to the texts of now.
    """
    note = _("As version %(number)s") % {"number": version.number}
    pins = version.pins or None
    if version.pk == version.flow.active_version_id:
        note, pins = _("As version %(number)s, with the texts of now") % {"number": version.number}, None
    return publish_version(flow=version.flow, definition=version.definition, actor=actor, note=note, pins=pins)


@transaction.atomic
def switch_flow(*, flow: Flow, enabled: bool, actor: Any) -> bool:
    """Switch a flow on or off and return whether that changed anything. Off means: nobody enters any more.

    Raises :class:`~shopflow.automations.exceptions.NotReady` when its version has not passed the gate
    (``services.activation``), :class:`NotAllowed` when it has none.
    """
    locked = _locked(flow)
    if enabled and not locked.enabled:
        if locked.active_version is None:
            raise NotAllowed(_("The automation has no version yet."))
        pass_gate(locked, locked.active_version.definition, actor)
    if not Flow.objects.filter(pk=flow.pk, enabled=not enabled).update(enabled=enabled):
        return False
    summary = _("“%(flow)s” switched on") if enabled else _("“%(flow)s” switched off")
    audit(
        actor=actor,
        action="automation_switched",
        target=flow,
        summary=summary % {"flow": flow.name},
        data={"enabled": enabled},
    )
    return True


def _locked(flow: Flow) -> Flow:
    return Flow.objects.select_for_update(of=("self",)).select_related("active_version").get(pk=flow.pk)


def _add_version(
    flow: Flow, definition: JSONDict, sha256: str, source: FlowVersion.Source, *, actor: Any, note: str = "",
    pins: JSONDict | None = None,
) -> FlowVersion:  # fmt: skip
    last = flow.versions.order_by("-number").values_list("number", flat=True).first()
    return FlowVersion.objects.create(
        flow=flow,
        number=(last or 0) + 1,
        definition=definition,
        pins=pins or {},
        sha256=sha256,
        trigger_event=definition["trigger"].get("event", ""),
        source=source,
        created_by=actor,
        created_at=clock.now(),
        note=note[:200],
    )
