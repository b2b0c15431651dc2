"""Test runs: staff walk through a definition with a clock of its own and choose the way at each fork.

Nothing happens outside of the test run: questions are asked and mails are written in a transaction that is undone, and
what was written goes to the address of whoever tests, marked as a test. Each way that was walked to its end counts as
tested for exactly these words of the definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.automations.definitions import Act, missing_extensions, read
from shopflow.automations.definitions.naming import fingerprint
from shopflow.automations.definitions.wording import step_phrase
from shopflow.automations.exceptions import DefinitionInvalid, NotAllowed
from shopflow.automations.linting.graph import walked_ways
from shopflow.automations.models import Flow, Trial, WalkedWay
from shopflow.automations.services.happenings import normalised
from shopflow.automations.services.trials.acting import Acted, act_out
from shopflow.automations.services.trials.standing import Offer, Stand, stand_of
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core import clock
from shopflow.core.services import audit
from shopflow.mailing.addresses import is_valid

__all__ = ["Offer", "Stand", "stand_of", "start_trial", "take_way"]

LONGEST = 200
"""Steps of one test run; whoever walks in circles for longer begins a new one."""


@transaction.atomic
def start_trial(
    *,
    flow: Flow,
    definition: JSONDict,
    label: str,
    subject: Mapping[str, Scalar],
    actor: Any,
    at: datetime | None = None,
) -> Trial:
    """Begin a test run of ``definition`` by ``actor``, to whose address its mails go.

    ``subject`` holds the fields of a real event, read and never changed; empty for example values. Its clock begins at
    ``at``, now unless given. Raises :class:`DefinitionInvalid`, or :class:`NotAllowed` for a person without an address.
    """
    ready = read(definition)
    if problems := missing_extensions(ready):
        raise DefinitionInvalid(problems)
    if not is_valid(actor.email or ""):
        raise NotAllowed(_("Enter an e-mail address in your account first: the mails of a test run go there."))
    begins = at or clock.now()
    trial = Trial.objects.create(
        flow=flow, definition=definition, sha256=fingerprint(definition), label=label[:100],
        subject=normalised(subject), email=actor.email, began_at=begins, now=begins, node=ready.steps[0].id,
        started_by=actor, created_at=clock.now(),
    )  # fmt: skip
    audit(
        actor=actor, action="automation_trial", target=flow,
        summary=_("Test run of “%(flow)s”") % {"flow": flow.name}, data={"sha256": trial.sha256},
    )  # fmt: skip
    return trial


@transaction.atomic
def take_way(*, trial_id: int, choice: str, actor: Any) -> Trial:
    """Take the step at which the test run stands and leave it by the way ``choice``; a mail goes to the tester.

    Raises :class:`NotAllowed` for another person than the one who began it, one that has ended, and an unknown way.
    """
    trial = Trial.objects.select_for_update(of=("self",)).select_related("flow").get(pk=trial_id)
    if trial.started_by_id != actor.pk:
        raise NotAllowed(_("This test run belongs to somebody else: its mails go there. Begin one of your own."))
    if trial.state != Trial.State.UNDER_WAY or len(trial.story) >= LONGEST:
        raise NotAllowed(_("This test run has ended. Begin a new one."))
    offer = next((one for one in stand_of(trial).offers if one.code == choice), None)
    if offer is None:
        raise NotAllowed(_("Choose one of the ways that are offered."))
    definition = read(trial.definition)
    step = definition.step(trial.node)
    acted = act_out(trial, step) if isinstance(step, Act) and not offer.is_goal else None
    _tell(trial, step_phrase(step).text, step_phrase(step).icon, offer, acted)
    if acted is not None and acted.mailed:
        trial.mails += 1
    if offer.is_goal:
        trial.entrance, trial.walked = offer.code, []
    else:
        trial.walked = [*trial.walked, trial.node]
    trial.now, trial.node = offer.at, offer.target or ""
    if offer.target is None:
        trial.state = Trial.State.DONE
        _record(trial)
    trial.save()
    return trial


def _tell(trial: Trial, text: str, icon: str, offer: Offer, acted: Acted | None) -> None:
    """Add what has happened to the story."""
    entry = {
        "at": trial.now.isoformat(), "node": trial.node, "icon": icon, "text": text,
        "notes": [str(offer.label), *(acted.notes if acted else [])], "failed": bool(acted and acted.failed),
    }  # fmt: skip
    trial.story = [*trial.story, entry]


def _record(trial: Trial) -> None:
    """Count the ways as tested, unless something on them failed."""
    if any(entry["failed"] for entry in trial.story):
        return
    for way in walked_ways(trial.entrance, trial.walked):
        WalkedWay.objects.get_or_create(
            sha256=trial.sha256, way=way[:1000], defaults={"trial": trial, "at": clock.now()}
        )
