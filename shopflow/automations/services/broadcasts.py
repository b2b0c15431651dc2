"""Broadcasts: an automation with a manual trigger, started for the people of a segment at a time that staff choose.

People are taken in by chunks, each in one transaction that also moves the broadcast's cursor: after a crash it goes on
where it stopped, and the entry key lets nobody in twice. The mails themselves meet every gate of the engine.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shopflow.audience.models import Segment
from shopflow.audience.queries import people_of
from shopflow.automations.exceptions import NotAllowed
from shopflow.automations.models import Broadcast, Decision, Flow, FlowVersion, Run
from shopflow.automations.queries import BROADCAST, definition_of
from shopflow.automations.services.beginning import begin_many
from shopflow.automations.services.control import pause_flow
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.ending import end_run
from shopflow.automations.services.flows import publish_version
from shopflow.contracts.automations import Verdict
from shopflow.contracts.expressions import ExpressionInvalid
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.types import JSONDict
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.core.services import audit
from shopflow.mailing.models import MailTextInUse
from shopflow.mailing.queries import under_way
from shopflow.mailing.services import give_up_all

logger = logging.getLogger("shopflow.automations")

CHUNK = 500
TASK = "shopflow.automations.run_broadcasts"


def plan_text(
    *, label: str, template: str, language: str, purpose: str, basis: str, segment: Segment, planned_at: datetime,
    actor: Any,
) -> Broadcast:  # fmt: skip
    """A draft of a broadcast of one mail: the text that staff have written, in its present words.

    It becomes an automation of its own, so that it can be paused, stopped and reported on like any other. Raises
    :class:`NotAllowed` if nobody has written the text yet.
    """
    used = MailTextInUse.objects.filter(code=template, language=language, text__isnull=False).select_related("text")
    text = used.first()
    if text is None or text.text is None:
        raise NotAllowed(_("Write the text first: only the sample that came with the shop is there."))
    with transaction.atomic():
        number = Flow.objects.filter(code__startswith=BROADCAST).count() + 1
        while Flow.objects.filter(code=f"{BROADCAST}{number}").exists():
            number += 1
        flow = Flow.objects.create(
            code=f"{BROADCAST}{number}", name=label, enabled=True, priority=50,
            description=_("One mail to the people of “%(segment)s”.") % {"segment": segment.label},
            reason=_("Goes only to people for whom the legal basis holds in the moment that the mail leaves."),
        )  # fmt: skip
        settings: JSONDict = {
            "template": template, "mail_class": "advertising", "purpose": purpose, "basis": basis,
            "contexts": ["mail_preferences"], "language": language,
        }  # fmt: skip
        version = publish_version(flow=flow, definition=_one_mail(settings, purpose), actor=actor)
        words = {"text_template": template, "text_hash": text.text.edition}
        return _draft(label, version, segment, planned_at, actor, words)


def _one_mail(settings: JSONDict, purpose: str) -> JSONDict:
    step = {
        "id": "mail", "kind": "action", "action": "send_mail", "settings": settings, "max_lateness": {"days": 3}
    }  # fmt: skip
    withdrawn = {
        "event": "consent_changed", "match": ["email"], "as": "consent_revoked",
        "where": {"purpose": [purpose], "action": ["withdraw", "object"]},
    }  # fmt: skip
    return {
        "schema": 2, "trigger": {"manual": True}, "entry_key": "{occasion}:{email}", "exits": [withdrawn],
        "steps": [step],
    }  # fmt: skip


def plan_flow(*, label: str, flow: Flow, segment: Segment, planned_at: datetime, actor: Any) -> Broadcast:
    """A draft of a broadcast of an automation with a manual trigger, in its active version.

    Raises :class:`NotAllowed` for one that begins by itself, or that lets everybody in only once ever.
    """
    version = flow.active_version
    if version is None or definition_of(version).trigger.event:
        raise NotAllowed(_("Only an automation with a manual trigger can be started by hand."))
    if "{occasion}" not in definition_of(version).entry_key:
        raise NotAllowed(_("Its entry key must hold {occasion}, or it could be started once only."))
    with transaction.atomic():
        return _draft(label, version, segment, planned_at, actor, {})


def _draft(
    label: str, version: FlowVersion, segment: Segment, planned_at: datetime, actor: Any, words: JSONDict
) -> Broadcast:
    draft = Broadcast.objects.create(
        label=label, flow=version.flow, version=version, segment=segment, words=words, planned_at=planned_at,
        created_by=actor, created_at=clock.now(),
    )  # fmt: skip
    audit(actor=actor, action="broadcast_drafted", target=draft, summary=label, data={"segment": segment.code})
    return draft


@transaction.atomic
def confirm(*, broadcast: Broadcast, expected: int, actor: Any) -> None:
    """Let a draft go out at its time. Raises :class:`NotAllowed` if it is none, or the automation is busy or off."""
    draft = _locked(broadcast.pk)
    if draft.state != Broadcast.State.DRAFT:
        raise NotAllowed(_("This has been confirmed already."))
    if not draft.flow.enabled:
        raise NotAllowed(_("The automation is switched off."))
    try:
        with transaction.atomic():
            draft.state, draft.expected = Broadcast.State.PLANNED, expected
            draft.save(update_fields=["state", "expected"])
    except IntegrityError as error:
        raise NotAllowed(_("Another start of this automation is not through yet.")) from error
    told = {"expected": expected, "planned_at": draft.planned_at.isoformat()}
    audit(actor=actor, action="broadcast_confirmed", target=draft, summary=draft.label, data=told)
    enqueue(TASK)


@transaction.atomic
def pause(*, broadcast: Broadcast, paused: bool, actor: Any, reason: str) -> bool:
    """Let everything stand still, or go on: nobody is taken in, and no mail of the automation leaves."""
    found = _locked(broadcast.pk)
    if not found.is_live or (found.paused_at is not None) == paused:
        return False
    found.paused_at = clock.now() if paused else None
    found.save(update_fields=["paused_at"])
    pause_flow(flow=found.flow, paused=paused, actor=actor, reason=reason)
    if not paused:
        enqueue(TASK)
    return True


@transaction.atomic
def stop(*, broadcast: Broadcast, actor: Any, reason: str) -> int:
    """End it for good: nobody else is taken in, open runs end, and mails that have not left stay here.

    Returns how many mails were held back. Mails that have left cannot be called back.
    """
    found = _locked(broadcast.pk)
    if found.state != Broadcast.State.DRAFT and not found.is_live:
        return 0
    found.state, found.ended_at = Broadcast.State.STOPPED, clock.now()
    found.save(update_fields=["state", "ended_at"])
    for runs in _chunks(found):
        desk = Desk.of_now(runs)
        for run in runs:
            desk.decide(Decision.Gate.STAFF, "exited", Verdict(True, reason), flow=run.flow, run=run)
            end_run(desk, run, Run.State.EXITED, code="staff", reason=reason, ending=Run.Ending.MANUAL)
        desk.write()
    if found.paused_at is not None:
        pause_flow(flow=found.flow, paused=False, actor=actor, reason=reason)
    kept = give_up_all(reference=found.occasion)
    audit(actor=actor, action="broadcast_stopped", target=found, summary=found.label, data={"reason": reason})
    return kept


def _chunks(broadcast: Broadcast) -> Any:
    while True:
        open_runs = _runs(broadcast).filter(state__in=Run.OPEN).select_for_update(of=("self",))
        runs = list(open_runs.select_related("flow", "version").order_by("pk")[:CHUNK])
        if not runs:
            return
        yield runs


def _runs(broadcast: Broadcast) -> Any:
    return Run.objects.filter(flow=broadcast.flow, subject__occasion=broadcast.occasion)


def _locked(pk: int) -> Broadcast:
    return Broadcast.objects.select_for_update(of=("self",)).select_related("flow", "version", "segment").get(pk=pk)


def run_broadcasts() -> int:
    """Take in whoever is due, and close what is through; returns how many people were looked at."""
    due = Broadcast.objects.filter(state__in=Broadcast.LIVE, paused_at=None, planned_at__lte=clock.now())
    looked_at = 0
    for key in list(due.order_by("planned_at", "pk").values_list("pk", flat=True)):
        while count := _take_in(key):
            looked_at += count
        _close(key)
    return looked_at


@transaction.atomic
def _take_in(key: int) -> int:
    """The next chunk of people; how many were looked at. Only one worker does this for a broadcast."""
    locked = Broadcast.objects.select_for_update(of=("self",), skip_locked=True).select_related(
        "flow", "version", "segment"
    )
    broadcast = locked.filter(pk=key, state__in=[Broadcast.State.PLANNED, Broadcast.State.STARTING]).first()
    if broadcast is None or broadcast.paused_at is not None:
        return 0
    try:
        people = _next_people(broadcast)
    except (ExpressionInvalid, UnknownCode, NotAllowed) as error:
        Broadcast.objects.filter(pk=key).update(problem=str(error)[:500])
        return 0
    broadcast.started_at = broadcast.started_at or clock.now()
    broadcast.problem = ""
    if people:
        broadcast.state, broadcast.cursor = Broadcast.State.STARTING, people[-1][0]
        _begin(broadcast, people)
    else:
        broadcast.state = Broadcast.State.UNDER_WAY
    broadcast.save()
    return len(people)


def _next_people(broadcast: Broadcast) -> list[tuple[int, str, int | None]]:
    if broadcast.segment is None:
        raise NotAllowed(_("The segment was deleted."))
    people = people_of(broadcast.segment).filter(pk__gt=broadcast.cursor).order_by("pk")
    return list(people.values_list("pk", "email", "user_id")[:CHUNK])


def _begin(broadcast: Broadcast, people: list[tuple[int, str, int | None]]) -> None:
    subjects = [
        {**broadcast.words, "email": email, "contact_id": pk, "user_id": user_id, "occasion": broadcast.occasion}
        for pk, email, user_id in people
    ]
    begun, refused = begin_many(flow=broadcast.flow, version=broadcast.version, subjects=subjects)
    broadcast.looked_at += len(people)
    broadcast.entered += begun
    broadcast.refused = dict(Counter(broadcast.refused) + refused)
    if begun:
        enqueue("shopflow.automations.run_due")


@transaction.atomic
def _close(key: int) -> None:
    """A broadcast is done when nobody is on the way any more and no mail waits to leave."""
    broadcast = _locked(key)
    if broadcast.state != Broadcast.State.UNDER_WAY or _runs(broadcast).filter(state__in=Run.OPEN).exists():
        return
    if not under_way(reference=broadcast.occasion):
        Broadcast.objects.filter(pk=key).update(state=Broadcast.State.DONE, ended_at=clock.now())
