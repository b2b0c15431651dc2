"""Questions about contacts, for automations and, asked of all contacts at once, for segments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.audience import matching, queries
from shopflow.audience.fields import column, find_field
from shopflow.audience.forms import PointsForm, PurposeForm, SegmentForm, TagForm
from shopflow.audience.models import Contact, Segment
from shopflow.audience.purposes import purposes
from shopflow.contracts.automations import Condition, RunContext, Verdict, conditions
from shopflow.contracts.expressions import Ask, Compare, Expression, ExpressionInvalid
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.segments import SetBased
from shopflow.contracts.types import Label

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
class HasConsent(Condition, SetBased):
    code = "has_consent"
    label = _("has agreed to e-mails")
    description = _("Asks whether the person has agreed to the kind of e-mails that you choose.")
    needs = frozenset({"email"})
    form_class = PurposeForm

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        email = context.text("email")
        if not email:
            return Verdict(None, UNKNOWN)
        purpose = purposes.get(settings["purpose"])
        if queries.has_consent(email=email, purpose=purpose.code):
            return Verdict(True, gettext("Has agreed: %(purpose)s") % {"purpose": purpose.label})
        return Verdict(False, gettext("Has not agreed: %(purpose)s") % {"purpose": purpose.label})

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("Has agreed: %(purpose)s") % {"purpose": purposes.get(settings["purpose"]).label}

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return Q(find_field("consents").holds([settings["purpose"]]))


class AboutContact(Condition, SetBased):
    """A question about one field of the contact whom the run is about."""

    needs = frozenset({"email"})

    def question(self, settings: Mapping[str, Any]) -> Expression:
        """The question as an expression over segment fields."""
        raise NotImplementedError

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        contact = queries.contact_of(context.text("email"))
        if contact is None:
            return Verdict(None, NO_CONTACT)
        holds = matching.verdict(self.question(settings), contact_id=contact.pk, now=context.now)
        return answered(holds, self.describe(settings))

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
class InSegment(Condition, SetBased):
    """A segment that is kept up to date is asked afresh, not by its last refresh."""

    code = "in_segment"
    label = _("is in the segment")
    description = _("Asks whether the contact is in the segment that you choose, as of this moment.")
    needs = frozenset({"email"})
    form_class = SegmentForm

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        segment = Segment.objects.filter(code=settings["segment"]).first()
        if segment is None:
            return Verdict(None, gettext("There is no segment “%(code)s” any more.") % {"code": settings["segment"]})
        contact = queries.contact_of(context.text("email"))
        if contact is None:
            return Verdict(None, NO_CONTACT)
        holds = self._holds(segment, context.pinned("segments", segment.code), contact, context.now)
        said = gettext("In the segment “%(label)s”.") if holds else gettext("Not in the segment “%(label)s”.")
        return Verdict(holds, said % {"label": segment.label})

    def _holds(self, segment: Segment, pinned: Any, contact: Contact, now: datetime) -> bool | None:
        if segment.kind == Segment.Kind.STATIC:
            return segment.members.filter(contact=contact).exists()
        try:
            return matching.verdict(matching.read(pinned or segment.expression), contact_id=contact.pk, now=now)
        except (ExpressionInvalid, UnknownCode):
            return None

    def describe(self, settings: Mapping[str, Any]) -> Label:
        segment = Segment.objects.filter(code=settings["segment"]).first()
        return gettext("is in the segment “%(label)s”") % {"label": segment.label if segment else settings["segment"]}

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return Q(find_field("segments").holds([settings["segment"]]))
