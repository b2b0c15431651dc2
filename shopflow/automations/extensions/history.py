"""What contacts have had to do with automations: the ones they are in, have been in, and have had mail from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopflow.audience.conditions import AboutContacts
from shopflow.audience.fields import add_field
from shopflow.automations.forms.history import FlowDaysForm, FlowForm
from shopflow.automations.models import Flow, Run
from shopflow.contracts.automations import conditions
from shopflow.contracts.segments import FieldKind
from shopflow.contracts.types import Label
from shopflow.mailing.addresses import EmailHash
from shopflow.mailing.models import Message, MessageState

AUTOMATIONS = _("Automations")
RETURNED = ("bounced", "rejected")
"""Reports about mails that have reached nobody."""
MOST_CHOICES = 500


def _choices() -> list[tuple[str, Label]]:
    return list(Flow.objects.order_by("name").values_list("code", "name")[:MOST_CHOICES])


def _in_flow(wanted: Q, flows: Sequence[str]) -> Any:
    runs = Run.objects.filter(wanted, email=OuterRef("email"))
    return Exists(runs.filter(flow__code__in=flows) if flows else runs)


def _mailed(wanted: Q, flows: Sequence[str]) -> Any:
    """Mails that were handed over and did not come back; ``campaign`` names the automation, or else what sent it."""
    own = Q(campaign__in=flows or Flow.objects.values("code"))
    sent = Message.objects.filter(own, wanted, email_hash=EmailHash(OuterRef("email")), state=MessageState.ACCEPTED)
    return Exists(sent.exclude(delivery_state__in=RETURNED))


add_field(
    code="automations_now",
    label=_("is in automations"),
    description=_("The automations that the contact is in at this moment."),
    group=AUTOMATIONS,
    kind=FieldKind.MANY,
    holds=lambda values: _in_flow(Q(state__in=Run.OPEN), values),
    choices=_choices,
)
add_field(
    code="automations_ever",
    label=_("is or was in automations"),
    description=_("The automations that the contact is in or has ever been in."),
    group=AUTOMATIONS,
    kind=FieldKind.MANY,
    holds=lambda values: _in_flow(Q(), values),
    choices=_choices,
)
add_field(
    code="automation_mails",
    label=_("had mail from automations"),
    description=_("The automations whose mails went to the contact and did not come back."),
    group=AUTOMATIONS,
    kind=FieldKind.MANY,
    holds=lambda values: _mailed(Q(), values),
    choices=_choices,
)


def _named(code: str) -> str:
    return Flow.objects.filter(code=code).values_list("name", flat=True).first() or code


def _since(moment: str, settings: Mapping[str, Any], now: datetime) -> Q:
    """From so many days ago until now, or at any time."""
    days = int(settings.get("days") or 0)
    return Q(**{f"{moment}__range": (now - timedelta(days=days), now)}) if days else Q()


def _in_words(ever: str, lately: str, settings: Mapping[str, Any]) -> str:
    words = {"flow": _named(settings.get("flow", "")), "days": settings.get("days")}
    return (lately if words["days"] else ever) % words


@conditions.register
class HadMailOf(AboutContacts):
    """Settings: ``flow``, the code of an automation, and ``days``, 0 or nothing for ever."""

    code = "had_mail_of"
    label = _("has had a mail from an automation")
    description = _("Asks whether a mail of the automation you choose has reached the contact, ever or lately.")
    form_class = FlowDaysForm

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return Q(_mailed(_since("accepted_at", settings, now), [settings["flow"]]))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return _in_words(
            gettext("has had a mail from “%(flow)s”"),
            gettext("has had a mail from “%(flow)s” within %(days)s days"),
            settings,
        )


@conditions.register
class HasBeenIn(AboutContacts):
    """Settings as those of :class:`HadMailOf`; ``days`` counts from the entry."""

    code = "has_been_in"
    label = _("has entered an automation")
    description = _("Asks whether the contact has entered the automation you choose, ever or lately.")
    form_class = FlowDaysForm

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return Q(_in_flow(_since("entered_at", settings, now), [settings["flow"]]))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return _in_words(
            gettext("has entered “%(flow)s”"), gettext("has entered “%(flow)s” within %(days)s days"), settings
        )


@conditions.register
class IsIn(AboutContacts):
    """Settings: ``flow``. Whoever asks it in the automation itself is in it."""

    code = "is_in_automation"
    label = _("is in an automation now")
    description = _("Asks whether the contact is on the way through the automation you choose.")
    form_class = FlowForm

    def contacts(self, settings: dict[str, Any], *, now: datetime) -> Any:
        return Q(_in_flow(Q(state__in=Run.OPEN), [settings["flow"]]))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("is in “%(flow)s” now") % {"flow": _named(settings.get("flow", ""))}
