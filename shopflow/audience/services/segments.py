"""Segments: storing the question, and keeping the members in line with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import DateTimeField, Exists, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from shopflow.audience import matching
from shopflow.audience.events import SegmentEntered, SegmentLeft
from shopflow.audience.exceptions import SegmentRefused
from shopflow.audience.models import Campaign, Contact, Segment, SegmentMember
from shopflow.contracts.expressions import Ask, Compare, Expression, ExpressionInvalid, dump, leaves, parse
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.usage import Use, uses_of
from shopflow.core import clock
from shopflow.core.services import audit, publish_first

REFRESH_EVERY = timedelta(minutes=15)
CHUNK = 500


def save_segment(*, segment: Segment | None, code: str, label: str, expression: Any, actor: Any) -> Segment:
    """Store a segment that is kept up to date, and work its members out; nobody is announced as having entered.

    Raises :class:`SegmentRefused` with a sentence for each problem of the expression, or for a new code while something
    names the segment by the old one.
    """
    stored = _read(expression, code)
    if segment is not None:
        _keep_code(segment, code)
    now = clock.now()
    with transaction.atomic():
        values = {"code": code, "label": label, "expression": stored, "due_at": now, "problem": ""}
        if segment is None:
            saved = Segment.objects.create(**values, created_at=now)
        else:
            saved = segment
            Segment.objects.filter(pk=segment.pk).update(**values, kind=Segment.Kind.DYNAMIC, refreshed_at=None)
            saved.refresh_from_db()
        audit(actor=actor, action="segment.save", target=saved, summary=label, data={"expression": stored})
        refresh_segment(segment=saved)
    return saved


def _read(expression: Any, code: str) -> Any:
    try:
        read = matching.read(expression)
    except ExpressionInvalid as error:
        raise SegmentRefused(error.problems) from error
    if _asks_for(read, code):
        raise SegmentRefused([_("A segment cannot ask for itself.")])
    return dump(read)


def _asks_for(expression: Expression, code: str) -> bool:
    """Whether a question is about the segment with the ``code``."""
    for leaf in leaves(expression):
        values = leaf.value if isinstance(leaf, Compare) else leaf.settings.get("segment")
        mine = code in values if isinstance(values, list) else values == code
        if mine and (leaf.condition == "in_segment" if isinstance(leaf, Ask) else leaf.field == "segments"):
            return True
    return False


def _keep_code(segment: Segment, code: str) -> None:
    before = _stored_code(segment)
    named = _named_in(segment, before) if before != code else []
    if named:
        words = {"code": before, "users": ", ".join(str(use.label) for use in named)}
        raise SegmentRefused(
            [_("The code “%(code)s” must stay, because something names it: %(users)s. The name may change.") % words]
        )


def _stored_code(segment: Segment) -> str:
    """The code in the database; a form may have put another one into the object."""
    return Segment.objects.filter(pk=segment.pk).values_list("code", flat=True).first() or segment.code


def uses_of_segment(segment: Segment) -> list[Use]:
    """What would stand still or go wrong without the segment: automations, other segments, campaigns."""
    campaigns = Campaign.objects.filter(segment=segment).order_by("label", "pk")
    return _named_in(segment, _stored_code(segment)) + [
        Use(_("the campaign “%(name)s”") % {"name": one.label}, reverse("shopflow-staff:campaign", args=[one.pk]))
        for one in campaigns
    ]


def _named_in(segment: Segment, code: str) -> list[Use]:
    """What names the segment by its code."""
    others = Segment.objects.filter(kind=Segment.Kind.DYNAMIC).exclude(pk=segment.pk)
    return uses_of("segment", code) + [
        Use(_("the segment “%(name)s”") % {"name": other.label}, reverse("shopflow-staff:segment", args=[other.pk]))
        for other in others
        if _mentions(other, code)
    ]


def _mentions(segment: Segment, code: str) -> bool:
    try:
        return _asks_for(parse(segment.expression), code)
    except ExpressionInvalid:
        return False


def take_snapshot(*, segment: Segment, code: str, label: str, actor: Any) -> Segment:
    """A list of who is in ``segment`` at this moment; it stays as it is, but for people who are erased."""
    now = clock.now()
    with transaction.atomic():
        kept = Segment.objects.create(
            code=code,
            label=label,
            kind=Segment.Kind.STATIC,
            expression=segment.expression,
            created_at=now,
            refreshed_at=now,
        )
        _add(kept, matching.matching(matching.read(segment.expression)), announce=False)
        Segment.objects.filter(pk=kept.pk).update(size=kept.members.count())
        audit(actor=actor, action="segment.snapshot", target=kept, summary=label)
    kept.refresh_from_db()
    return kept


def delete_segment(*, segment: Segment, actor: Any) -> None:
    """Forget a segment and who was in it; the contacts stay.

    Raises :class:`SegmentRefused` while an automation, another segment or a campaign needs it.
    """
    with transaction.atomic():
        if used := uses_of_segment(segment):
            words = {"name": segment.label, "users": ", ".join(str(use.label) for use in used)}
            raise SegmentRefused([_("“%(name)s” is needed by: %(users)s. Change that first.") % words])
        audit(actor=actor, action="segment.delete", target=segment, summary=segment.label)
        segment.delete()


def refresh_segments(*, limit: int = 20) -> int:
    """Bring the segments that are due in line with what is true now; returns how many."""
    now = clock.now()
    due = Segment.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    found = list(due[:limit])
    for segment in found:
        # Whoever moves the due date first does the work.
        if Segment.objects.filter(pk=segment.pk, due_at=segment.due_at).update(due_at=now + REFRESH_EVERY):
            refresh_segment(segment=segment)
    return len(found)


def refresh_segment(*, segment: Segment) -> tuple[int, int]:
    """Work the members out anew; returns how many came and how many went.

    Set-based; those who came and went are announced one by one, except when the segment is new or has just been
    changed. A question that can no longer be asked leaves the members alone and is shown to staff.
    """
    if segment.kind == Segment.Kind.STATIC:
        return 0, 0
    now = clock.now()
    announce = segment.refreshed_at is not None
    try:
        wanted = matching.matching(matching.read(segment.expression), now=now)
    except (ExpressionInvalid, UnknownCode) as error:
        Segment.objects.filter(pk=segment.pk).update(problem=str(error)[:500])
        return 0, 0
    with transaction.atomic():
        came = _add(segment, wanted, announce=announce)
        went = _remove(segment, wanted, announce=announce)
        Segment.objects.filter(pk=segment.pk).update(
            refreshed_at=now, due_at=now + REFRESH_EVERY, size=segment.members.count(), problem=""
        )
    return came, went


def _add(segment: Segment, wanted: QuerySet[Contact], *, announce: bool) -> int:
    there = SegmentMember.objects.filter(segment=segment, contact=OuterRef("pk"))
    fresh = wanted.filter(~Exists(there)).order_by("pk")
    if not announce:
        return _add_all(segment, fresh)
    count, last = 0, 0
    while found := list(fresh.filter(pk__gt=last).values_list("pk", "email", "user_id")[:CHUNK]):
        now = clock.now()
        SegmentMember.objects.bulk_create(
            [SegmentMember(segment=segment, contact_id=pk, since=now) for pk, _email, _user in found],
            ignore_conflicts=True,
        )
        entered = [
            SegmentEntered(contact_id=pk, email=email, user_id=user_id, segment=segment.code)
            for pk, email, user_id in found
        ]
        publish_first([(event, None) for event in entered])
        count, last = count + len(found), found[-1][0]
    return count


def _add_all(segment: Segment, fresh: QuerySet[Contact]) -> int:
    """Write everybody of ``fresh`` into the segment without a row of theirs coming here; returns how many."""
    rows = fresh.order_by().values_list(Value(segment.pk), "pk", Value(clock.now(), DateTimeField()))
    select, values = rows.query.sql_with_params()
    table = SegmentMember._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (segment_id, contact_id, since) {select} ON CONFLICT DO NOTHING",
            values,
        )
        return int(cursor.rowcount)


def _remove(segment: Segment, wanted: QuerySet[Contact], *, announce: bool) -> int:
    still = wanted.filter(pk=OuterRef("contact_id"))
    gone = SegmentMember.objects.filter(segment=segment).filter(~Exists(still)).order_by("pk")
    count = 0
    while found := list(gone.values_list("pk", "contact_id", "contact__email", "contact__user_id")[:CHUNK]):
        SegmentMember.objects.filter(pk__in=[row[0] for row in found]).delete()
        left = [
            SegmentLeft(contact_id=contact_id, email=email, user_id=user_id, segment=segment.code)
            for _pk, contact_id, email, user_id in found
        ]
        publish_first([(event, None) for event in left] if announce else [])
        count += len(found)
    return count
