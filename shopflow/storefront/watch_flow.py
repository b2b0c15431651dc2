"""What the storefront lends to automations for people who watch a price."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

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
from shopflow.core.templatetags.shopflow_shop import money
from shopflow.storefront.models import PriceWatch
from shopflow.storefront.queries.price_drops import OnSale, drop_of, on_sale
from shopflow.storefront.services.price_watch import note_told, watch_url
from shopflow.tax.queries import Situation, tax_classes
from shopflow.tax.rates import gross_price


@mail_contexts.register
class PriceDropMailContext(MailContext):
    """``product_title``, ``product_url``, ``new_price`` and ``lowest_price`` including VAT, ``end_url``."""

    code = "price_drop"
    label = _("A watched price")
    needs = frozenset({"watch_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        watch = PriceWatch.objects.get(pk=int(subject["watch_id"] or 0))
        drop = drop_of(watch)
        product = get_model("catalogue", "Product").objects.get(pk=watch.product_id)
        rate = Situation().shelf_rate(tax_classes([product.pk])[product.pk])
        cents = (drop.now, drop.lowest) if drop else (watch.net_cents, watch.net_cents)
        now, lowest = (money(gross_price(Decimal(net) / 100, rate)) for net in cents)
        return {
            "product_title": product.get_title(),
            "product_url": absolute(product.get_absolute_url()),
            "new_price": now,
            "lowest_price": lowest,
            "end_url": watch_url(watch),
        }


@conditions.register
class PriceStillLow(Condition):
    """Somebody still watches the price, and the product can still be bought at the lower one."""

    code = "price_still_low"
    label = _("the watched price is still lower")
    description = _("Asks whether the request still stands and the product can be bought at the lower price.")
    needs = frozenset({"watch_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        watch = PriceWatch.objects.filter(pk=context.integer("watch_id"), confirmed_at__isnull=False).first()
        if watch is None:
            return Verdict(False, _("The request does not exist any more."))
        drop = drop_of(watch)
        if drop is None:
            return Verdict(False, _("The price has not fallen, or has risen again."))
        if on_sale([watch.product_id]).get(watch.product_id) != OnSale(drop.now, True):
            return Verdict(False, _("The product cannot be bought at the lower price."))
        return Verdict(True, _("The price is lower than the one that the person knows."))


@actions.register
class NotePriceTold(Action):
    """The person knows the new price; the next mail needs a lower one."""

    code = "note_price_told"
    label = _("remember the price that was told")
    description = _("Writes down the price that the person has been told, so that only a lower one is told again.")
    needs = frozenset({"watch_id"})
    transactional = True

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        if context.dry_run:
            return Outcome.done("would_note")
        if note_told(watch_id=context.integer("watch_id")):
            return Outcome.done("noted", _("The price was written down."))
        return Outcome.skipped("nothing_told", _("The request has ended, or the price has risen again."))


@flows.register
class PriceWatchFlow(Flow):
    code = "price_watch"
    label = _("Price watch")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Tells those who asked for it that a product has become cheaper: at least five percent below the price "
                "they know, and at most once a week."
            ),
            reason=_(
                "Everybody has asked for these mails on the product's page, guests have confirmed their address, and "
                "each mail leads to the end of the request. It names nothing but that product; so it answers a request "
                "(Art. 6 (1) b GDPR) and is no advertising that would need another consent (§ 7 (2) UWG). Beside the "
                "new price stands the lowest of the 30 days before it (§ 11 (1) PAngV), and it only counts as fallen "
                "when it is lower than that."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "price_dropped"},
                "entry_key": "watch:{watch_id}:{net_cents}",
                "reentry": {"mode": "after_exit", "min_gap": {"days": 7}},
                "conditions": [{"condition": "price_still_low"}],
                "steps": [
                    {
                        "id": "mail",
                        "kind": "action",
                        "action": "send_mail",
                        "settings": {
                            "template": "price_drop",
                            "mail_class": "transactional",
                            "contexts": ["price_drop"],
                        },
                        "recheck": [{"condition": "price_still_low"}],
                        "max_lateness": {"days": 1},
                        "late": "replan",
                    },
                    {"id": "note", "kind": "action", "action": "note_price_told"},
                ],
            },
        )
