"""Questions about where the event's order goes, how it is paid for, and how it moves; words about the latter."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.apps.shipping.methods import NoShippingRequired
from oscar.core.loading import get_model

from oscar_ext.order.statuses import status_label
from shopflow.audience.conditions import answered
from shopflow.audience.order_fields import country_choices
from shopflow.automations.forms.goods import CountryForm, PaymentForm
from shopflow.automations.forms.history import MovesForm
from shopflow.automations.forms.settings import NoSettings, StatusesForm
from shopflow.automations.purchases import Move, moves_of, own_move, untold
from shopflow.contracts.automations import BatchCondition, RunContext, Verdict, conditions
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.payments import payment_methods
from shopflow.contracts.types import JSONDict, Label, Scalar
from shopflow.core import clock
from shopflow.core.rows import OneOf

TOLD_STATUSES = ["paid", "in_work", "shipped", "ready_for_pickup", "delivered", "returned", "cancelled"]
"""Into which an order moves with a mail to the customer."""
TOGETHER_MINUTES = 10
"""Moves that follow each other faster than that are told together."""


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


@conditions.register
class OrderHasGoodsToHandOver(BatchCondition):
    """Whether the checkout asked for a way of delivery, a parcel or the pickup; an order without one is all digital."""

    code = "order_has_goods_to_hand_over"
    label = _("the order holds goods that are sent or picked up")
    description = _("Asks whether the event's order holds anything but digital goods.")
    form_class = NoSettings
    needs = frozenset({"order_id"})

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        keys = [context.integer("order_id") for context in contexts]
        orders = get_model("order", "Order")._default_manager.filter(OneOf("pk", set(keys))).order_by()
        ways = dict(orders.values_list("pk", "shipping_code"))
        return [self._answer(ways.get(key)) for key in keys]

    def _answer(self, way: str | None) -> Verdict:
        if way is None:
            return Verdict(None, gettext("The order does not exist any more."))
        if way == NoShippingRequired.code:
            return Verdict(False, gettext("The order holds digital goods only."))
        return Verdict(True, gettext("The order holds goods that are sent or picked up."))


class AboutMoves(BatchCondition):
    """A question about how the order moved before or after the event that says it has.

    It goes by the events in the outbox, in the order in which things happened, whichever was delivered first.
    """

    needs = frozenset({"order_id", "new_status"})

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        span = timedelta(minutes=settings.get("minutes", 0))
        keys = {context.integer("order_id") for context in contexts}
        since = min(_moment(context) for context in contexts) - span
        moves = moves_of(keys, since=since, statuses={*settings["statuses"], *map(_status, contexts)})
        answers = []
        for context in contexts:
            theirs = moves.get(context.integer("order_id"), [])
            own = own_move(theirs, status=_status(context), at=_moment(context))
            if own is None:
                answers.append(Verdict(None, gettext("It is not known when the order moved.")))
            else:
                answers.append(self._answer(theirs[:own], theirs[own], theirs[own + 1 :], settings))
        return answers

    @abstractmethod
    def _answer(
        self, before: Sequence[Move], own: Move, after: Sequence[Move], settings: Mapping[str, Any]
    ) -> Verdict: ...


def _status(context: RunContext) -> str:
    return str(context.subject["new_status"])


def _moment(context: RunContext) -> datetime:
    return context.began_at or context.now


def _newest(moves: Sequence[Move], settings: Mapping[str, Any]) -> Move | None:
    return next((move for move in reversed(moves) if move.status in settings["statuses"]), None)


@conditions.register
class MovedLately(AboutMoves):
    """Settings: ``statuses``, and ``minutes``, how long before this move another one at most."""

    code = "order_moved_lately"
    label = _("the order moved shortly before")
    description = _("Asks whether the order came into one of the statuses you choose shortly before this event.")
    form_class = MovesForm

    def _answer(self, before: Sequence[Move], own: Move, after: Sequence[Move], settings: Mapping[str, Any]) -> Verdict:
        last = _newest(before, settings)
        if last is None or own.at - last.at >= timedelta(minutes=settings["minutes"]):
            return Verdict(False, gettext("The order did not move shortly before."))
        return Verdict(True, gettext("The order became “%(status)s” shortly before.") % _named(last))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        words = {"minutes": settings.get("minutes"), "statuses": _listed(settings)}
        return gettext("within the %(minutes)s minutes before, the order came into one of: %(statuses)s") % words


@conditions.register
class MovedOn(AboutMoves):
    """Settings: ``statuses``."""

    code = "order_moved_on"
    label = _("the order has moved on")
    description = _("Asks whether the order came into one of the statuses you choose after this event.")
    form_class = StatusesForm

    def _answer(self, before: Sequence[Move], own: Move, after: Sequence[Move], settings: Mapping[str, Any]) -> Verdict:
        newest = _newest(after, settings)
        if newest is None:
            return Verdict(False, gettext("The order has not moved on."))
        return Verdict(True, gettext("The order has become “%(status)s” meanwhile.") % _named(newest))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("after the event, the order came into one of: %(statuses)s") % {"statuses": _listed(settings)}


def _named(move: Move) -> dict[str, Label]:
    return {"status": status_label(move.status)}


def _listed(settings: Mapping[str, Any]) -> str:
    return ", ".join(str(status_label(status)) for status in settings.get("statuses", ()))


@mail_contexts.register
class UntoldMoves(MailContext):
    """``untold``: what the order has been through since the last mail about it, in the words for its statuses."""

    code = "order_moves"
    label = _("What the order went through since the last mail")
    needs = frozenset({"order_id", "new_status"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        since = clock.now() - timedelta(days=1)
        moves = moves_of([subject["order_id"]], since=since, statuses=TOLD_STATUSES).get(
            int(subject["order_id"] or 0), []
        )
        own = [number for number, move in enumerate(moves) if move.status == subject["new_status"]]
        told_along = untold(moves, own[-1], within=timedelta(minutes=TOGETHER_MINUTES)) if own else []
        return {"untold": [status_label(status) for status in told_along]}
