"""Taking people out of runs that ended long ago, without letting anybody in a second time."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from shopflow.automations.models import (
    Decision,
    ExperimentAssignment,
    Flow,
    Recipient,
    ReportState,
    Run,
    RunKey,
    RunStep,
)

MARK = re.compile(r"#(\d+|[0-9a-f]{64})\Z")
"""What stands in place of an address or an entry key: a run's number after an erasure, else a SHA-256."""

RECOUNTED = timedelta(days=2)
"""How far the reports go back when they count the last days anew."""

STAYS = ("occasion",)
"""Fields of a subject that name no person: which broadcast a run belongs to."""


def sealed(word: str) -> str:
    """What stands in an old run in place of ``word``: nobody reads it, but the same word is known again."""
    if not word or MARK.match(word):
        return word
    return f"#{hashlib.sha256(word.encode()).hexdigest()}"


def spellings_of(word: str) -> tuple[str, str]:
    """``word`` as runs hold it, before and after they were swept."""
    return word, sealed(word)


def entries_of(flow: Flow, email: str) -> QuerySet[Run]:
    """The runs of ``flow`` for ``email``, the swept ones, too."""
    return Run.objects.filter(flow=flow, email__in=spellings_of(email))


def forget_old_runs(*, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` decisions of before ``before``, and take the people out of the runs that they led to and
    that ended before; in the caller's transaction. Returns how many of these decisions there were.

    Such a run loses its steps, its subject and all its decisions. Its row stays for the figures, with fingerprints of
    address and entry key, so that a flow that lets people in once does so. Every run begins with a decision, so that
    one without any has been swept. Nothing goes that the reports have not counted yet.
    """
    counted = ReportState.objects.filter(folded_at__isnull=False).values_list("folded_at", flat=True).first()
    if counted is None:
        return 0
    before = min(before, counted - RECOUNTED)
    flows = list(Flow.objects.values_list("pk", flat=True))  # by name: the index leads over the flow to the time
    over = Q(run=None) | Q(run__ended_at__lt=before)
    picked = Decision.objects.filter(over, flow__in=flows, at__lt=before).values_list("pk", "run_id")[:limit]
    found = dict(picked)
    keys = {run for run in found.values() if run is not None}
    runs = list(Run.objects.filter(pk__in=keys))
    for run in runs:
        run.email, run.entry_key, run.entry_base = map(sealed, (run.email, run.entry_key, run.entry_base))
        run.subject = {name: run.subject[name] for name in STAYS if name in run.subject}
        run.reason = ""
    Run.objects.bulk_update(runs, ["email", "entry_key", "entry_base", "subject", "reason"], batch_size=500)
    RunKey.objects.filter(run__in=keys).delete()
    RunStep.objects.filter(run__in=keys).delete()
    Decision.objects.filter(Q(pk__in=list(found)) | Q(run__in=keys)).delete()
    return len(found)


def forget_old_places(*, before: datetime, limit: int) -> int:
    """Put the address's fingerprint into up to ``limit`` places in experiments that were drawn before ``before``, once
    every run of the person in that flow has been forgotten; in the caller's transaction. Returns how many.

    Arm and time stay: whoever enters again gets the same arm, and purchases still count for it.
    """
    mine = Run.objects.filter(flow=OuterRef("flow"), email=OuterRef("email"))
    old = ExperimentAssignment.objects.filter(~Exists(mine), assigned_at__lt=before, email__contains="@")
    places = list(old.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:limit])
    for place in places:
        place.email = sealed(place.email)
    ExperimentAssignment.objects.bulk_update(places, ["email"], batch_size=500)
    return len(places)


def forget_recipients(*, limit: int) -> int:
    """Delete up to ``limit`` recipients whose runs have all been forgotten, in the caller's transaction; returns how
    many. Whom staff have blocked stays blocked, and known.

    The row is but what workers lock (``Desk.lock``), and is made again when it is needed.
    """
    mine = Run.objects.filter(email=OuterRef("email"))
    idle = Recipient.objects.filter(~Exists(mine), blocked_at=None)
    found = idle.order_by("pk").select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
    keys = list(found[:limit])
    if keys:
        Recipient.objects.filter(pk__in=keys).delete()
    return len(keys)
