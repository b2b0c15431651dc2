"""Questions about the event, the order and the basket. All of them read the state of now, not of the event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from oscar_ext.order.statuses import status_label
from shopflow.automations.forms.settings import FieldForm, NoSettings, StatusesForm
from shopflow.automations.queries import reviewable_products
from shopflow.contracts.automations import Condition, RunContext, Verdict, conditions
from shopflow.contracts.expressions import OPERATORS, compare
from shopflow.contracts.types import Label
from shopflow.core.models import OutboxEvent
from shopflow.mailing.addresses import named

ENDED = ("returned", "cancelled")
RETURN_EVENTS = ("return_", "withdrawal_")
"""Beginnings of the codes of events that announce that an order's goods come back."""


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
        reason = _("“%(field)s” is “%(found)s”.") % {"field": name, "found": found}
        holds = compare(settings.get("operator", "is"), found, settings.get("value"), now=context.now)
        return Verdict(holds, reason)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        label = OPERATORS[settings.get("operator", "is")].label
        value = settings.get("value", "")
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        return f"{settings.get('field')} {label} {shown}".strip()


@conditions.register
class OrderedSince(Condition):
    """Whether an order has come from this basket, or from this person since the run's beginning."""

    code = "ordered_since"
    label = _("an order has been placed meanwhile")
    description = _("Asks whether the basket was ordered, or the person has ordered since the run began.")
    form_class = NoSettings

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        orders = get_model("order", "Order")._default_manager.exclude(status="cancelled")
        basket_id = context.subject.get("basket_id")
        if basket_id is not None and orders.filter(basket_id=basket_id).exists():
            return Verdict(True, _("This basket has been ordered."))
        person = Q()
        if user_id := context.subject.get("user_id"):
            person |= Q(user_id=user_id)
        if email := context.text("email"):
            person |= named("guest_email", email) | named("user__email", email)
        if not person or context.began_at is None:
            if basket_id is None:
                return Verdict(None, _("Neither the basket nor the person is known."))
            return Verdict(False, _("This basket has not been ordered."))
        number = orders.filter(person, date_placed__gte=context.began_at).values_list("number", flat=True).first()
        if number is not None:
            return Verdict(True, _("Order %(number)s has been placed meanwhile.") % {"number": number})
        return Verdict(False, _("No order has been placed meanwhile."))


@conditions.register
class OrderStatusIs(Condition):
    """Settings: ``statuses``, a list of order statuses."""

    code = "order_status_is"
    label = _("the order has a certain status")
    description = _("Asks whether the order now has one of the statuses that you choose.")
    form_class = StatusesForm
    needs = frozenset({"order_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        status = _order_status(context)
        if status is None:
            return Verdict(None, _("The order does not exist any more."))
        reason = _("The order's status is “%(status)s”.") % {"status": status_label(status)}
        return Verdict(status in settings["statuses"], reason)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        words = ", ".join(str(status_label(status)) for status in settings.get("statuses", []))
        return _("the order's status is one of: %(statuses)s") % {"statuses": words}


@conditions.register
class BasketStillOpen(Condition):
    code = "basket_still_open"
    label = _("the basket is still open and holds goods")
    description = _("Asks whether the basket has not been ordered and still holds goods.")
    form_class = NoSettings
    needs = frozenset({"basket_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        model = get_model("basket", "Basket")
        basket = model._default_manager.filter(pk=context.integer("basket_id")).first()
        if basket is None:
            return Verdict(False, _("The basket does not exist any more."))
        if basket.status not in model.editable_statuses:
            shown = basket.get_status_display()
            return Verdict(False, _("The basket is not open any more: %(status)s.") % {"status": shown})
        if not basket.lines.exists():
            return Verdict(False, _("The basket is empty."))
        return Verdict(True, _("The basket is open and holds goods."))


@conditions.register
class NoOpenReturn(Condition):
    """Nothing of the order comes back: by its status, its lines' statuses, and returns or withdrawals announced."""

    code = "no_open_return"
    label = _("nothing of the order is being returned")
    description = _("Asks whether no part of the order comes back, by a return or a withdrawal.")
    form_class = NoSettings
    needs = frozenset({"order_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        status = _order_status(context)
        if status is None:
            return Verdict(None, _("The order does not exist any more."))
        if status in ENDED:
            return Verdict(False, _("The order's status is “%(status)s”.") % {"status": status_label(status)})
        order_id = context.integer("order_id")
        if get_model("order", "Line")._default_manager.filter(order_id=order_id, status__in=ENDED).exists():
            return Verdict(False, _("A part of the order was returned or cancelled."))
        announced = Q()
        for beginning in RETURN_EVENTS:
            announced |= Q(code__startswith=beginning)
        if OutboxEvent.objects.filter(announced, payload__order_id=order_id).exists():
            return Verdict(False, _("A return or a withdrawal has been announced for the order."))
        return Verdict(True, _("No return is known for the order."))


@conditions.register
class HasReviewableProducts(Condition):
    code = "has_reviewable_products"
    label = _("something of the order can be reviewed")
    description = _("Asks whether an ordered product is still on sale, so that it can be reviewed.")
    form_class = NoSettings
    needs = frozenset({"order_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        count = len(reviewable_products(context.integer("order_id")))
        if not count:
            return Verdict(False, _("None of the ordered products is on sale any more."))
        return Verdict(True, _("%(count)s of the ordered products can be reviewed.") % {"count": count})


def _order_status(context: RunContext) -> str | None:
    orders = get_model("order", "Order")._default_manager
    found: str | None = orders.filter(pk=context.integer("order_id")).values_list("status", flat=True).first()
    return found
