"""What automations need to ask people one question in the shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.audience import services
from shopflow.audience.actions import OnContact
from shopflow.audience.models import Contact
from shopflow.contracts.automations import Outcome, RunContext, actions
from shopflow.contracts.types import Label

CHECKOUT = "checkout"
REASONS: tuple[tuple[str, Label], ...] = (
    ("shipping", _("The costs of shipping")),
    ("delivery", _("The delivery takes too long")),
    ("payment", _("My way to pay was missing")),
    ("fit", _("I was not sure whether the part fits")),
    ("price", _("The price")),
    ("looking", _("I only wanted to look")),
    ("trouble", _("Something did not work")),
    ("other", _("Something else")),
)
"""What may have kept somebody from ordering, by its stable code."""


class SurveyForm(forms.Form):
    """Settings of the action."""

    days = forms.IntegerField(label=_("Ask for days"), min_value=1, max_value=60)


@actions.register
class AskInTheShop(OnContact):
    """The basket's page asks the person why they have not ordered, for ``days``; nothing is mailed."""

    code = "ask_in_shop"
    label = _("ask one question on the basket's page")
    description = _("Asks the person on the basket's page why they have not ordered; nothing is mailed.")
    needs = frozenset({"email", "basket_id"})
    form_class = SurveyForm

    def act(self, contact: Contact, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        asked = services.invite_to_survey(
            contact=contact,
            survey=CHECKOUT,
            source_key=f"basket:{context.integer('basket_id')}",
            at=context.now,
            days=int(settings["days"]),
        )
        return Outcome.done("asked" if asked else "asked_before", self.label)
