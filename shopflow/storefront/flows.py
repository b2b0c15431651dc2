"""What the storefront lends to automations: notices that visitors have asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_class, get_model

from shopflow.contracts.automations import (
    Action,
    Condition,
    Flow,
    FlowDefinition,
    Outcome,
    RunContext,
    Verdict,
    actions,
    conditions,
    flows,
)
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core.links import absolute
from shopflow.storefront.queries.cards import bare_products
from shopflow.storefront.services.back_in_stock import close_alert


@mail_contexts.register
class ProductMailContext(MailContext):
    """``product_title`` and ``product_url`` of the product that the event names."""

    code = "product"
    label = _("A product")
    needs = frozenset({"product_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        product = get_model("catalogue", "Product").objects.get(pk=int(subject["product_id"] or 0))
        return {"product_title": product.get_title(), "product_url": absolute(product.get_absolute_url())}


@conditions.register
class AlertStillOpen(Condition):
    """Somebody still waits for the product's return, and nobody has told them."""

    code = "alert_still_open"
    label = _("somebody still waits for the product")
    description = _("Asks whether the request for a notice still stands and has not been answered.")
    needs = frozenset({"alert_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        model = get_model("customer", "ProductAlert")
        alert = model.objects.filter(pk=context.integer("alert_id")).first()
        if alert is None:
            return Verdict(False, _("The request does not exist any more."))
        reason = _("The request is “%(state)s”.") % {"state": alert.get_status_display()}
        return Verdict(alert.status == model.ACTIVE, reason)


@conditions.register
class ProductBuyable(Condition):
    """The product is public, has a price and is in stock."""

    code = "product_buyable"
    label = _("the product can be bought")
    description = _("Asks whether the product is public, has a price and is in stock.")
    needs = frozenset({"product_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        product = bare_products([context.integer("product_id")]).first()
        if product is None:
            return Verdict(False, _("The product is not on sale any more."))
        offer = get_class("partner.strategy", "Selector")().strategy().fetch_for_product(product)
        if offer.availability.is_available_to_buy and offer.price.exists:
            return Verdict(True, _("The product can be bought."))
        return Verdict(False, _("The product is sold out again."))


@actions.register
class CloseAlert(Action):
    """The one notice was written; nothing more is sent for this request."""

    code = "close_alert"
    label = _("close the request for a notice")
    description = _("Ends the request for a notice, so that nothing more is sent for it.")
    needs = frozenset({"alert_id"})
    transactional = True

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        if context.dry_run:
            return Outcome.done("would_close")
        if close_alert(alert_id=context.integer("alert_id")):
            return Outcome.done("closed", _("The request was closed."))
        return Outcome.skipped("closed_before", _("The request was closed already."))


@flows.register
class BackInStockFlow(Flow):
    code = "back_in_stock"
    label = _("Back in stock")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Tells those who asked for it, once, that a product can be bought again: who has waited longest hears "
                "first, and in one day no more people than there are pieces."
            ),
            reason=_(
                "Everybody has asked for this one mail, guests have confirmed their address. It names nothing but the "
                "product that was asked for and is sent once; so it answers a request (Art. 6 (1) b GDPR) and is no "
                "advertising that would need another consent (§ 7 (2) UWG)."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "back_in_stock"},
                "entry_key": "alert:{alert_id}",
                "reentry": {"mode": "after_exit"},
                "conditions": [{"condition": "alert_still_open"}],
                "steps": [
                    {
                        "id": "mail",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "back_in_stock",
                            "mail_class": "transactional",
                            "contexts": ["product"],
                        },
                        "recheck": [{"condition": "alert_still_open"}, {"condition": "product_buyable"}],
                        "max_lateness": {"days": 1},
                    },
                    {"id": "close", "kind": "action", "action": "close_alert"},
                ],
            },
        )
