"""Questions about the event, the order and the basket. All of them read the state of now, not of the event."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from oscar_ext.order.statuses import status_label
from shopflow.automations.definitions.facts import field_label, value_text
from shopflow.automations.forms.settings import FieldForm, NoSettings, StatusesForm
from shopflow.automations.purchases import (
    ENDED,
    Purchases,
    has_person,
    ordered_baskets,
    partly_ended,
    returns_announced,
    reviewable_products,
    statuses_of,
)
from shopflow.contracts.automations import BatchCondition, Condition, RunContext, Verdict, conditions
from shopflow.contracts.expressions import OPERATORS, compare
from shopflow.contracts.types import Label
from shopflow.core.rows import OneOf

GONE = _("The order does not exist any more.")


@conditions.register
class SubjectField(Condition):
    """Settings: ``field``, ``operator`` (a key of ``expressions.OPERATORS``), ``value``. In schema 2 a ``field`` leaf
    says the same.
    """

    code = "subject_field"
    label = _("a field of the event has a certain value")
    description = _("Compares one field of the event with a value.")
    form_class = FieldForm

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        name = settings["field"]
        if name not in context.subject:
            return Verdict(None, _("The event has no field “%(field)s”.") % {"field": name})
        found = context.subject[name]
        reason = _("“%(field)s” is “%(found)s”.") % {"field": field_label(name), "found": value_text(name, found)}
        holds = compare(settings.get("operator", "is"), found, settings.get("value"), now=context.now)
        return Verdict(holds, reason)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        name, label = settings.get("field", ""), OPERATORS[settings.get("operator", "is")].label
        return f"{field_label(name)} {label} {value_text(name, settings.get('value'))}".strip()


@conditions.register
class OrderedSince(BatchCondition):
    """Whether an order has come from this basket, or from this person since the run's beginning."""

    code = "ordered_since"
    label = _("an order has been placed meanwhile")
    description = _("Asks whether the basket was ordered, or the person has ordered since the run began.")
    form_class = NoSettings

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        baskets = [_basket(context) for context in contexts]
        ordered = ordered_baskets(key for key in baskets if key is not None)
        asked = list(zip(contexts, baskets, strict=True))
        purchases = Purchases([context for context, key in asked if key not in ordered])
        return [self._answer(context, key, ordered, purchases) for context, key in asked]

    def _answer(
        self, context: RunContext, basket_id: int | None, ordered: Collection[int], purchases: Purchases
    ) -> Verdict:
        if basket_id in ordered:
            return Verdict(True, _("This basket has been ordered."))
        if not has_person(context) or context.began_at is None:
            if basket_id is None:
                return Verdict(None, _("Neither the basket nor the person is known."))
            return Verdict(False, _("This basket has not been ordered."))
        number = purchases.latest(context)
        if number is not None:
            return Verdict(True, _("Order %(number)s has been placed meanwhile.") % {"number": number})
        return Verdict(False, _("No order has been placed meanwhile."))


def _basket(context: RunContext) -> int | None:
    return None if context.subject.get("basket_id") is None else context.integer("basket_id")


@conditions.register
class OrderStatusIs(BatchCondition):
    """Settings: ``statuses``, a list of order statuses."""

    code = "order_status_is"
    label = _("the order has a certain status")
    description = _("Asks whether the order now has one of the statuses that you choose.")
    form_class = StatusesForm
    needs = frozenset({"order_id"})

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        keys = [context.integer("order_id") for context in contexts]
        statuses = statuses_of(keys)
        return [self._answer(statuses.get(key), settings) for key in keys]

    def _answer(self, status: str | None, settings: Mapping[str, Any]) -> Verdict:
        if status is None:
            return Verdict(None, GONE)
        reason = _("The order's status is “%(status)s”.") % {"status": status_label(status)}
        return Verdict(status in settings["statuses"], reason)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        words = ", ".join(str(status_label(status)) for status in settings.get("statuses", []))
        return _("the order's status is one of: %(statuses)s") % {"statuses": words}


@conditions.register
class BasketStillOpen(BatchCondition):
    code = "basket_still_open"
    label = _("the basket is still open and holds goods")
    description = _("Asks whether the basket has not been ordered and still holds goods.")
    form_class = NoSettings
    needs = frozenset({"basket_id"})

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        model = get_model("basket", "Basket")
        keys = [context.integer("basket_id") for context in contexts]
        found = {basket.pk: basket for basket in model._default_manager.filter(OneOf("pk", set(keys)))}
        still = [key for key, basket in found.items() if basket.status in model.editable_statuses]
        lines = get_model("basket", "Line")._default_manager.filter(OneOf("basket_id", still)).order_by()
        full = set(lines.values_list("basket_id", flat=True).distinct())
        return [self._answer(found.get(key), full) for key in keys]

    def _answer(self, basket: Any, full: Collection[int]) -> Verdict:
        if basket is None:
            return Verdict(False, _("The basket does not exist any more."))
        if basket.status not in basket.editable_statuses:
            shown = basket.get_status_display()
            return Verdict(False, _("The basket is not open any more: %(status)s.") % {"status": shown})
        if basket.pk not in full:
            return Verdict(False, _("The basket is empty."))
        return Verdict(True, _("The basket is open and holds goods."))


@conditions.register
class NoOpenReturn(BatchCondition):
    """Nothing of the order comes back: by its status, its lines' statuses, and returns or withdrawals announced."""

    code = "no_open_return"
    label = _("nothing of the order is being returned")
    description = _("Asks whether no part of the order comes back, by a return or a withdrawal.")
    form_class = NoSettings
    needs = frozenset({"order_id"})

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        keys = [context.integer("order_id") for context in contexts]
        statuses = statuses_of(keys)
        ended = {key: status for key, status in statuses.items() if status in ENDED}
        partly = partly_ended(statuses.keys() - ended.keys())
        announced = returns_announced(statuses.keys() - ended.keys() - partly)
        return [self._answer(statuses.get(key), key in partly, key in announced) for key in keys]

    def _answer(self, status: str | None, is_partly: bool, is_announced: bool) -> Verdict:
        if status is None:
            return Verdict(None, GONE)
        if status in ENDED:
            return Verdict(False, _("The order's status is “%(status)s”.") % {"status": status_label(status)})
        if is_partly:
            return Verdict(False, _("A part of the order was returned or cancelled."))
        if is_announced:
            return Verdict(False, _("A return or a withdrawal has been announced for the order."))
        return Verdict(True, _("No return is known for the order."))


@conditions.register
class HasReviewableProducts(BatchCondition):
    code = "has_reviewable_products"
    label = _("something of the order can be reviewed")
    description = _("Asks whether an ordered product is still on sale, so that it can be reviewed.")
    form_class = NoSettings
    needs = frozenset({"order_id"})

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        keys = [context.integer("order_id") for context in contexts]
        products = reviewable_products(keys)
        return [self._answer(len(products.get(key, ()))) for key in keys]

    def _answer(self, count: int) -> Verdict:
        if not count:
            return Verdict(False, _("None of the ordered products is on sale any more."))
        return Verdict(True, _("%(count)s of the ordered products can be reviewed.") % {"count": count})
