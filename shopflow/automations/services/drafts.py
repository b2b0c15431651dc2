"""Drafts: the next version of a flow while people work on it, with every change undoable."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shopflow.automations.definitions import read
from shopflow.automations.definitions.canonical import EMPTY, canonical
from shopflow.automations.exceptions import DefinitionInvalid, DraftConflict, NotAllowed
from shopflow.automations.models import DraftState, Flow, FlowDraft, FlowVersion
from shopflow.automations.services.flows import publish_version
from shopflow.contracts.automations import flows
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.services import audit

KEPT_STATES = 100
"""How many changes can be taken back."""
PARTS = frozenset({"trigger", "conditions", "entry", "exits", "goals", "limits", "steps"})
"""What the editor calls what a flow has besides its steps."""


@transaction.atomic
def create_flow(
    *, code: str, name: str, actor: Any, description: str = "", reason: str = "", definition: JSONDict | None = None
) -> FlowDraft:
    """A new flow, switched off and without a version, and its draft. ``definition`` is what the draft begins with.

    Raises :class:`NotAllowed` for a code that is taken, :class:`DefinitionInvalid` for a definition that cannot be
    read.
    """
    if code in flows or Flow.objects.filter(code=code).exists():
        raise NotAllowed(_("There is an automation “%(code)s” already. Choose another code.") % {"code": code})
    _refuse_names_of_parts(definition)
    ready = EMPTY if definition is None else canonical(definition)
    flow = Flow.objects.create(code=code, name=name, description=description, reason=reason)
    summary = _("Automation “%(flow)s” created") % {"flow": name}
    audit(actor=actor, action="automation_created", target=flow, summary=summary, data={"code": code})
    return _begin(flow, ready, base=None, actor=actor)


@transaction.atomic
def describe_flow(*, flow: Flow, name: str, description: str, reason: str, actor: Any) -> None:
    """Change what a flow of the shop's own is called. Raises :class:`NotAllowed` for one that is delivered."""
    if flow.code in flows:
        raise NotAllowed(_("This automation comes with the shop, and so do its words. Make a copy to change them."))
    Flow.objects.filter(pk=flow.pk).update(name=name, description=description, reason=reason)
    audit(
        actor=actor, action="automation_described", target=flow,
        summary=_("“%(flow)s” described anew") % {"flow": name},
        data={"name": name, "description": description, "reason": reason},
    )  # fmt: skip


@transaction.atomic
def open_draft(*, flow: Flow, actor: Any) -> FlowDraft:
    """The flow's draft; if there is none, one that begins as the active version.

    Raises :class:`DefinitionInvalid` when the active version cannot be read.
    """
    locked = Flow.objects.select_for_update(of=("self",)).select_related("active_version").get(pk=flow.pk)
    draft = FlowDraft.objects.filter(flow=locked).first()
    if draft is not None:
        return draft
    version = locked.active_version
    ready = EMPTY if version is None else canonical(version.definition)
    return _begin(locked, ready, base=version, actor=actor)


def _begin(flow: Flow, definition: JSONDict, *, base: FlowVersion | None, actor: Any) -> FlowDraft:
    draft = FlowDraft.objects.create(flow=flow, base=base, changed_by=actor, changed_at=clock.now())
    DraftState.objects.create(draft=draft, number=1, definition=definition, sentence=_("Begun"))
    return draft


def definition_in(draft: FlowDraft) -> JSONDict:
    """What the draft says now."""
    found: JSONDict = draft.states.get(number=draft.position).definition
    return found


@transaction.atomic
def change_draft(*, draft: FlowDraft, revision: int, definition: JSONDict, sentence: str, actor: Any) -> FlowDraft:
    """Store the draft's next state; what had been taken back is gone then.

    ``revision`` is the one that the change was made from. Raises :class:`DraftConflict` when there is a newer one.
    """
    draft = _claim(draft, revision, actor)
    draft.states.filter(number__gt=draft.position).delete()
    draft.position += 1
    DraftState.objects.create(draft=draft, number=draft.position, definition=definition, sentence=sentence[:200])
    draft.states.filter(number__lte=draft.position - KEPT_STATES).delete()
    FlowDraft.objects.filter(pk=draft.pk).update(position=draft.position)
    return draft


@transaction.atomic
def step_through_draft(*, draft: FlowDraft, revision: int, by: int, actor: Any) -> tuple[FlowDraft, str]:
    """Take the last change back (``by`` -1) or do it again (+1). Returns the draft and what the change was.

    Raises :class:`NotAllowed` when there is nothing to take back, :class:`DraftConflict` for an old ``revision``.
    """
    draft = _claim(draft, revision, actor)
    states = draft.states.filter(number__in=[draft.position, draft.position + by]).order_by("number")
    if len(states) < 2:
        raise NotAllowed(_("There is nothing to take back.") if by < 0 else _("There is nothing to do again."))
    draft.position += by
    FlowDraft.objects.filter(pk=draft.pk).update(position=draft.position)
    return draft, states[1].sentence


def _claim(draft: FlowDraft, revision: int, actor: Any) -> FlowDraft:
    """Raise the revision by compare-and-swap, so that of two who save at once only one does."""
    seen = FlowDraft.objects.filter(pk=draft.pk, revision=revision)
    if not seen.update(revision=F("revision") + 1, changed_by=actor, changed_at=clock.now()):
        raise DraftConflict(FlowDraft.objects.select_related("changed_by").filter(pk=draft.pk).first())
    return FlowDraft.objects.select_related("flow", "changed_by").get(pk=draft.pk)


@transaction.atomic
def discard_draft(*, draft: FlowDraft, revision: int, actor: Any) -> None:
    """Throw the draft away. A flow that has never had a version goes with it."""
    draft = _claim(draft, revision, actor)
    flow = draft.flow
    draft.delete()
    summary = _("Draft of “%(flow)s” discarded") % {"flow": flow.name}
    audit(actor=actor, action="automation_draft_discarded", target=flow, summary=summary)
    if flow.active_version_id is None and flow.code not in flows and not flow.versions.exists():
        flow.delete()


@transaction.atomic
def publish_draft(*, draft: FlowDraft, revision: int, actor: Any, note: str = "") -> FlowVersion:
    """Make the draft the active version and close it. Runs that have begun keep theirs.

    Raises :class:`DefinitionInvalid` when something is missing, :class:`DraftConflict` for an old ``revision``.
    """
    draft = _claim(draft, revision, actor)
    version = publish_version(flow=draft.flow, definition=definition_in(draft), actor=actor, note=note)
    draft.delete()
    return version


@transaction.atomic
def import_definition(*, flow: Flow, definition: Any, actor: Any, revision: int | None = None) -> FlowDraft:
    """Put ``definition`` into the flow's draft. Raises :class:`DefinitionInvalid` for one that cannot be read."""
    read(definition)
    _refuse_names_of_parts(definition)
    draft = open_draft(flow=flow, actor=actor)
    seen = draft.revision if revision is None else revision
    return change_draft(
        draft=draft, revision=seen, definition=canonical(definition), sentence=_("Read from a file"), actor=actor
    )


def _refuse_names_of_parts(definition: Any) -> None:
    """The editor could not tell a step from a part of the flow that is called the same."""
    steps = definition.get("steps") if isinstance(definition, dict) else None
    names = {step.get("id") for step in steps if isinstance(step, dict)} if isinstance(steps, list) else set()
    if taken := sorted(name for name in names if isinstance(name, str) and name in PARTS):
        raise DefinitionInvalid([_("A step cannot be called “%(name)s”. Give it another id.") % {"name": taken[0]}])
