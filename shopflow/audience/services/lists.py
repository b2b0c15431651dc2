"""The lists that staff keep: tags, stages, attributes, score rules, thresholds."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import (
    AttributeDefinition,
    ScoreRule,
    ScoreThreshold,
    Segment,
    Stage,
    Tag,
)
from shopflow.audience.services.scoring import refresh_scores
from shopflow.contracts.usage import uses_of
from shopflow.core.services import audit

Listed = Tag | Stage | AttributeDefinition | ScoreRule | ScoreThreshold

KINDS: dict[type[Any], str] = {
    Tag: "tag", Stage: "stage", AttributeDefinition: "attribute", ScoreThreshold: "threshold"
}  # fmt: skip
"""What rows are called that others name by their code; a threshold is named by its points."""

SUGGESTED_STAGES = (
    ("neu", "Neu", 10, Stage.Outcome.OPEN),
    ("kontaktiert", "Kontaktiert", 20, Stage.Outcome.OPEN),
    ("angebot", "Angebot", 30, Stage.Outcome.OPEN),
    ("kunde", "Kunde", 40, Stage.Outcome.WON),
    ("verloren", "Verloren", 50, Stage.Outcome.LOST),
)
SUGGESTED_RULES = (
    ("Newsletter bestätigt", "consent_changed", "action", "confirm", 10, 1),
    ("Warenkorb liegen gelassen", "basket_idle", "", "", 5, 5),
    ("Bestellung bezahlt", "order_paid", "", "", 25, None),
    ("Widerruf erklärt", "withdrawal_declared", "", "", -20, None),
)
SUGGESTED_THRESHOLD = ("Heißer Kontakt", 50)


def save_listed(*, row: Listed, actor: Any) -> Listed:
    """Store a row of one of the lists; a threshold is applied to all contacts at once.

    Raises ValueRefused for a new code while a segment or an automation names the row by the old one.
    """
    before: Any = type(row)._default_manager.filter(pk=row.pk).first() if type(row) in KINDS else None
    if before is not None:
        keep_code(kind=KINDS[type(row)], before=_code(before), after=_code(row))
    with transaction.atomic():
        row.save()
        audit(actor=actor, action="audience.list", target=row, summary=str(row))
        if isinstance(row, ScoreThreshold):
            refresh_scores()
    return row


def delete_listed(*, row: Listed, actor: Any) -> None:
    """Remove a row that nothing needs any more. Raises ValueRefused with a sentence while something does."""
    if isinstance(row, AttributeDefinition) and row.values.exists():
        raise ValueRefused(_("“%(name)s” still has values. Remove them from the contacts first.") % {"name": row})
    if type(row) in KINDS and (sentence := still_needed(kind=KINDS[type(row)], code=_code(row), name=row)):
        raise ValueRefused(sentence)
    try:
        with transaction.atomic():
            audit(actor=actor, action="audience.list_delete", target=row, summary=str(row))
            row.delete()
    except ProtectedError as error:
        raise ValueRefused(_("“%(name)s” is in use and must stay.") % {"name": row}) from error


def _code(row: Any) -> str:
    return str(row.points) if isinstance(row, ScoreThreshold) else str(row.code)


def users_of(kind: str, code: str) -> list[str]:
    """What names the row of ``kind`` with ``code``, in words; empty if it may be deleted or get another code.

    Of a segment's expression, cautiously, any text that equals the code counts.
    """
    segments = [segment for segment in Segment.objects.all() if code in _texts(segment.expression)]
    asking = [_("the segment “%(name)s”") % {"name": segment.label} for segment in segments]
    return [*asking, *(str(use.label) for use in uses_of(kind, code))]


def keep_code(*, kind: str, before: str, after: str) -> None:
    """Raise ValueRefused with a sentence if the row of ``kind`` gets another code while something names it."""
    if before != after and (users := users_of(kind, before)):
        words = {"code": before, "users": ", ".join(users)}
        raise ValueRefused(
            _("“%(code)s” must stay, because something names it: %(users)s. The name may change.") % words
            if kind == "threshold"
            else _("The code “%(code)s” must stay, because something names it: %(users)s. The name may change.") % words
        )


def still_needed(*, kind: str, code: str, name: Any) -> str:
    """A sentence that says what needs the row called ``name``; empty if nothing does."""
    users = users_of(kind, code)
    if not users:
        return ""
    return _("“%(name)s” is needed by: %(users)s. Change that first.") % {"name": name, "users": ", ".join(users)}


def _texts(part: Any) -> set[str]:
    if isinstance(part, dict):
        return {text for value in part.values() for text in _texts(value)}
    if isinstance(part, list):
        return {text for value in part for text in _texts(value)}
    return {part, part.removeprefix("attribute.")} if isinstance(part, str) else set()


def suggest_lists(*, actor: Any) -> int:
    """Add the stages, rules and the threshold that most shops begin with; what is there stays. Returns how many."""
    added = 0
    with transaction.atomic():
        for code, label, position, outcome in SUGGESTED_STAGES:
            values = {"label": label, "position": position, "outcome": outcome}
            added += Stage.objects.get_or_create(code=code, defaults=values)[1]
        for label, event, field, value, points, most in SUGGESTED_RULES:
            values = {"label": label, "points": points, "most": most}
            added += ScoreRule.objects.get_or_create(event=event, field=field, value=value, defaults=values)[1]
        label, points = SUGGESTED_THRESHOLD
        row, created = ScoreThreshold.objects.get_or_create(points=points, defaults={"label": label})
        added += created
        audit(actor=actor, action="audience.suggest", target=row, summary=str(added))
        refresh_scores()
    return added
