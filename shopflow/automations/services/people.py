"""What the automations hold about a person (Art. 15, 17 and 20 GDPR)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from shopflow.automations.models import (
    Decision,
    DryRunLine,
    ExperimentAssignment,
    Recipient,
    Run,
    RunKey,
    RunStep,
    Trial,
)
from shopflow.automations.services.desk import Desk
from shopflow.automations.services.ending import end_run
from shopflow.automations.services.retention import MARK, spellings_of
from shopflow.contracts.types import JSONDict
from shopflow.core.services import any_of, scrubbed
from shopflow.mailing.addresses import normalise_email, spellings

PERSONAL = ("email", "user_id")


def export_person(email: str) -> JSONDict:
    """Everything that this room holds about ``email``, as JSON: the runs, and why what was decided."""
    email = normalise_email(email)
    runs = Run.objects.filter(email__in=spellings_of(email)).select_related("flow").order_by("pk")
    decisions = Decision.objects.filter(email=email).select_related("flow").order_by("pk")
    return {
        "runs": [
            {
                "automation": run.flow.name,
                "entry": run.entry_key,
                "state": run.state,
                "entered_at": run.entered_at.isoformat(),
                "ended_at": run.ended_at.isoformat() if run.ended_at else None,
            }
            for run in runs
        ],
        "decisions": [
            {
                "automation": decision.flow.name,
                "question": decision.code,
                "answer": decision.verdict,
                "reason": decision.reason,
                "at": decision.at.isoformat(),
            }
            for decision in decisions
        ],
    }


def erase_person(email: str) -> JSONDict:
    """Forget ``email``: end its open runs, take the person out of runs and decisions; return the numbers of rows."""
    email = normalise_email(email)
    quoted = any_of(spellings(email))
    with transaction.atomic():
        runs = list(
            Run.objects.select_for_update(of=("self",)).select_related("flow").filter(email__in=spellings_of(email))
        )
        desk = Desk.of_now(runs)
        for run in runs:
            if run.is_open:
                end_run(
                    desk, run, Run.State.EXITED, code="erased", reason=_("The person was erased."),
                    ending=Run.Ending.ERASED,
                )  # fmt: skip
        desk.write()
        for run in runs:
            RunKey.objects.filter(run=run, field__in=PERSONAL).delete()
            run.email, run.subject = f"#{run.pk}", _impersonal(run.subject)
            run.entry_key, run.entry_base = (_without(key, email, run.pk) for key in (run.entry_key, run.entry_base))
            run.reason = scrubbed(run.reason, quoted)
            run.save(update_fields=["email", "subject", "entry_key", "entry_base", "reason"])
        decisions = list(Decision.objects.filter(email=email))
        for decision in decisions:
            decision.email, decision.subject = "", _impersonal(decision.subject)
            decision.reason, decision.details = scrubbed(decision.reason, quoted), scrubbed(decision.details, quoted)
        Decision.objects.bulk_update(decisions, ["email", "subject", "reason", "details"], batch_size=500)
        steps = list(RunStep.objects.filter(run__in=runs))
        for step in steps:
            step.reason, step.details = scrubbed(step.reason, quoted), scrubbed(step.details, quoted)
        RunStep.objects.bulk_update(steps, ["reason", "details"], batch_size=500)
        Recipient.objects.filter(email=email).delete()
        DryRunLine.objects.filter(email=email).delete()
        Trial.objects.filter(subject__email=email).delete()
        for place in ExperimentAssignment.objects.filter(email__in=spellings_of(email)):
            ExperimentAssignment.objects.filter(pk=place.pk).update(email=f"#{place.pk}")
    return {"runs": len(runs), "decisions": len(decisions)}


def _without(key: str, email: str, number: int) -> str:
    return f"#{number}" if MARK.match(key) else key.replace(email, f"#{number}")


def _impersonal(subject: JSONDict) -> JSONDict:
    return {name: value for name, value in subject.items() if name not in PERSONAL}
