"""Questions about where the event's order goes, and how it is paid for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.audience.conditions import answered
from shopflow.audience.order_fields import country_choices
from shopflow.automations.forms.goods import CountryForm, PaymentForm
from shopflow.contracts.automations import BatchCondition, RunContext, Verdict, conditions
from shopflow.contracts.payments import payment_methods
from shopflow.contracts.types import Label
from shopflow.core.rows import OneOf


class AboutOrder(BatchCondition):
    """A question about something that the event's order may have; unknown where it has none."""

    needs = frozenset({"order_id"})
    setting = ""
    """The setting that holds the wanted values."""
    way = ""
    """The way from an order to what is compared."""

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        keys = [context.integer("order_id") for context in contexts]
        orders = get_model("order", "Order")._default_manager.filter(OneOf("pk", set(keys))).order_by()
        found: dict[int, set[str]] = defaultdict(set)
        for key, value in orders.values_list("pk", self.way):
            found[key] |= {value} if value else set()
        what = self.describe(settings) if any(found.values()) else ""
        return [self._answer(found[key], what, settings) for key in keys]

    def _answer(self, values: set[str], what: Label, settings: Mapping[str, Any]) -> Verdict:
        if not values:
            return Verdict(None, gettext("The order does not say."))
        return answered(not values.isdisjoint(settings[self.setting]), what)

    def _labels(self, settings: Mapping[str, Any], choices: Any) -> str:
        known = dict(choices)
        return ", ".join(str(known.get(one, one)) for one in settings.get(self.setting, ()))


@conditions.register
class OrderGoesTo(AboutOrder):
    """Settings: ``countries``, two letters each. What is not delivered (downloads) goes nowhere."""

    code = "order_goes_to"
    label = _("the order goes to a country")
    description = _("Asks whether the event's order is delivered to one of the countries you choose.")
    form_class = CountryForm
    setting, way = "countries", "shipping_address__country"

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("the order goes to: %(countries)s") % {"countries": self._labels(settings, country_choices())}


@conditions.register
class OrderPaidBy(AboutOrder):
    """Settings: ``methods``, codes of payment methods."""

    code = "order_paid_by"
    label = _("the order is paid for in a certain way")
    description = _("Asks whether the event's order is paid for by one of the payment methods you choose.")
    form_class = PaymentForm
    setting, way = "methods", "sources__source_type__code"

    def describe(self, settings: Mapping[str, Any]) -> Label:
        shown = self._labels(settings, payment_methods.choices())
        return gettext("the order is paid for by: %(methods)s") % {"methods": shown}
