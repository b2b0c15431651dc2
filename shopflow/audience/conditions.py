"""Questions about contacts, for automations and, asked of all contacts at once, for segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.audience import matching, queries
from shopflow.audience.fields import column, find_field
from shopflow.audience.forms import PointsForm, PurposeForm, SegmentForm, TagForm
from shopflow.audience.models import Contact, Segment
from shopflow.audience.purposes import purposes
from shopflow.contracts.automations import BatchCondition, RunContext, Verdict, conditions
from shopflow.contracts.expressions import Ask, Compare, Expression, ExpressionInvalid
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.segments import SetBased
from shopflow.contracts.types import Label
from shopflow.core.rows import OneOf
from shopflow.mailing.addresses import normalise_email

UNKNOWN = _("No e-mail address is known.")
NO_CONTACT = _("The shop has no contact with this address.")


def answered(holds: bool | None, what: Label) -> Verdict:
    """The answer with a sentence that says ``what`` was asked."""
    said = {
        True: gettext("Is so: %(what)s"),
        False: gettext("Is not so: %(what)s"),
        None: gettext("Cannot be known: %(what)s"),
    }
    return Verdict(holds, said[holds] % {"what": what})


@conditions.register
class HasConsent(BatchCondition, SetBased):
    code = "has_consent"
    label = _("has agreed to e-mails")
    description = _("Asks whether the person has agreed to the kind of e-mails that you choose.")
    needs = frozenset({"email"})
    form_class = PurposeForm

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        purpose = purposes.get(settings["purpose"])
        agreed = queries.consenting({context.text("email") for context in contexts} - {""}, purpose.code)
        yes = Verdict(True, gettext("Has agreed: %(purpose)s") % {"purpose": purpose.label})
        no = Verdict(False, gettext("Has not agreed: %(purpose)s") % {"purpose": purpose.label})
        emails = [context.text("email") for context in contexts]
        return [(yes if email in agreed else no) if email else Verdict(None, UNKNOWN) for email in emails]

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("Has agreed: %(purpose)s") % {"purpose": purposes.get(settings["purpose"]).label}

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return Q(find_field("consents").holds([settings["purpose"]]))


class AboutContact(BatchCondition, SetBased):
    """A question about one field of the contact whom the run is about."""

    needs = frozenset({"email"})

    def question(self, settings: Mapping[str, Any]) -> Expression:
        """The question as an expression over segment fields."""
        raise NotImplementedError

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        emails = [normalise_email(context.text("email")) for context in contexts]
        found = matching.verdicts(self.question(settings), emails=set(emails), now=contexts[0].now)
        if not found:
            return [Verdict(None, NO_CONTACT) for _email in emails]
        what = self.describe(settings)
        return [answered(found[email], what) if email in found else Verdict(None, NO_CONTACT) for email in emails]

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return matching.condition(self.question(settings), now=now)


class AboutContacts(AboutContact):
    """A question that is written for all contacts at once, and asked of one by the same words."""

    def question(self, settings: Mapping[str, Any]) -> Expression:
        return Ask(self.code, dict(settings))

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        raise NotImplementedError


@conditions.register
class HasTag(AboutContact):
    code = "has_tag"
    label = _("has the tag")
    description = _("Asks whether the contact has the tag that you choose.")
    form_class = TagForm

    def question(self, settings: Mapping[str, Any]) -> Expression:
        return Compare("tags", "contains", settings["tag"])

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("has the tag “%(tag)s”") % {"tag": settings["tag"]}


@conditions.register
class ScoreAtLeast(AboutContact):
    code = "score_at_least"
    label = _("has a score of at least")
    description = _("Asks whether the contact has at least as many points as you enter.")
    form_class = PointsForm

    def question(self, settings: Mapping[str, Any]) -> Expression:
        return Compare("score", "at_least", settings["points"])

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("has a score of at least %(points)s") % {"points": settings["points"]}

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return Q(matching.sql.GreaterThanOrEqual(column("score"), int(settings["points"])))


@conditions.register
class InSegment(BatchCondition, SetBased):
    """A segment that is kept up to date is asked afresh, not by its last refresh."""

    code = "in_segment"
    label = _("is in the segment")
    description = _("Asks whether the contact is in the segment that you choose, as of this moment.")
    needs = frozenset({"email"})
    form_class = SegmentForm

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        segment = Segment.objects.filter(code=settings["segment"]).first()
        if segment is None:
            gone = gettext("There is no segment “%(code)s” any more.") % {"code": settings["segment"]}
            return [Verdict(None, gone) for _context in contexts]
        emails = [normalise_email(context.text("email")) for context in contexts]
        pinned = contexts[0].pinned("segments", segment.code)
        holds = self._holds(segment, pinned, set(emails), contexts[0].now)
        words = {"label": segment.label}
        inside, outside = gettext("In the segment “%(label)s”."), gettext("Not in the segment “%(label)s”.")
        return [
            Verdict(holds[email], (inside if holds[email] else outside) % words)
            if email in holds else Verdict(None, NO_CONTACT)
            for email in emails
        ]  # fmt: skip

    def _holds(self, segment: Segment, pinned: Any, emails: set[str], now: datetime) -> dict[str, bool | None]:
        """By address, for those that the shop has a contact with."""
        if segment.kind == Segment.Kind.STATIC:
            member = Exists(segment.members.filter(contact=OuterRef("pk")))
            return dict(
                Contact.objects.filter(OneOf("email", emails)).annotate(inside=member).values_list("email", "inside")
            )
        try:
            return matching.verdicts(matching.read(pinned or segment.expression), emails=emails, now=now)
        except (ExpressionInvalid, UnknownCode):
            return dict.fromkeys(Contact.objects.filter(OneOf("email", emails)).values_list("email", flat=True))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        segment = Segment.objects.filter(code=settings["segment"]).first()
        return gettext("is in the segment “%(label)s”") % {"label": segment.label if segment else settings["segment"]}

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return Q(find_field("segments").holds([settings["segment"]]))
