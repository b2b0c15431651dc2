"""What may not be sold to everybody, not at any time, not in any number, and not by any carrier."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.contracts.charges import ChargedLine
from shopflow.contracts.checkout import Checkout, CheckoutGate, Declaration, checkout_gates
from shopflow.contracts.shipping import ShippingRule, ShippingWay, shipping_rules
from shopflow.contracts.types import Label
from shopflow.core import clock
from shopflow.core.memo import once_per_request
from shopflow.parts.hazards import PYROTECHNIC, STRONG_ACID, Danger, danger_of
from shopflow.parts.models import PartRecord
from shopflow.parts.queries.goods import goods_classes_of

Goods = PartRecord.GoodsClass
Restriction = PartRecord.Restriction
CARRIES = {"none": Danger.NONE, "limited": Danger.LIMITED, "all": Danger.FULL}
PERMISSIONS = {
    Restriction.BUSINESS: "shopflow_parts.buy_business_goods",
    Restriction.TRAINED: "shopflow_parts.buy_trained_goods",
}
"""Rights that staff give to checked business customers, best through a group."""


@dataclass(frozen=True)
class SaleFacts:
    """What restricts the sale of one part."""

    product_id: int
    number: str
    restriction: str
    pickup_only: bool
    danger: Danger
    season: tuple[int, int] | None
    multiple: int


@once_per_request
def sale_facts(product_ids: tuple[int, ...]) -> dict[int, SaleFacts]:
    """Restrictions of those products that are parts. One query, and one more where a product group holds airbags."""
    rows = PartRecord.objects.filter(product_id__in=product_ids).only(
        "product_id", "number_display", "sale_restriction", "goods_class", "pickup_only", "un_number",
        "limited_quantity", "season_from", "season_to", "order_multiple",
    )  # fmt: skip
    return {fact.product_id: fact for fact in facts_of(list(rows))}


def facts_of(parts: Collection[PartRecord]) -> list[SaleFacts]:
    """Restrictions of these parts, in their order; one query, if any, as for :func:`sale_facts`."""
    kinds = goods_classes_of(parts, only=Goods.AIRBAG)
    return [_facts_of(part, kinds[part.product_id]) for part in parts]


def _facts_of(part: PartRecord, goods_class: str) -> SaleFacts:
    season = (part.season_from, part.season_to) if part.season_from and part.season_to else None
    return SaleFacts(
        product_id=part.product_id,
        number=part.number_display,
        restriction=_restriction_of(part, goods_class),
        pickup_only=part.pickup_only,
        danger=danger_of(part.un_number, limited_quantity=part.limited_quantity),
        season=season,
        multiple=part.order_multiple,
    )


def _restriction_of(part: PartRecord, goods_class: str) -> str:
    """As staff say; otherwise what the law says of airbags (§ 4 1. SprengV) and strong acid (Reg. (EU) 2019/1148)."""
    if part.sale_restriction:
        return str(part.sale_restriction)
    if part.un_number in PYROTECHNIC or goods_class == Goods.AIRBAG:
        return str(Restriction.TRAINED)
    return str(Restriction.BUSINESS) if part.un_number in STRONG_ACID else ""


def is_in_season(season: tuple[int, int] | None) -> bool:
    """Whether goods of these months are sold today; a season may pass over the turn of the year."""
    if season is None:
        return True
    month, (first, last) = timezone.localdate(clock.now()).month, season
    return first <= month <= last if first <= last else month >= first or month <= last


def refusals_of(facts: SaleFacts, *, title: str, quantity: int, may: set[str]) -> list[str]:
    """Sentences that say why this line cannot be bought and what to do; ``may`` are restrictions that are lifted."""
    found = []
    if facts.restriction == Restriction.NOT_FOR_SALE:
        found.append(_("“%(title)s” is not sold online. Please ask us about it.") % {"title": title})
    elif facts.restriction == Restriction.BUSINESS and facts.restriction not in may:
        found.append(
            _("“%(title)s” may only be sold to businesses. Please register as a business customer.") % {"title": title}
        )
    elif facts.restriction == Restriction.TRAINED and facts.restriction not in may:
        found.append(
            _("“%(title)s” may only be sold to businesses with trained personnel. Please send us your proof first.")
            % {"title": title}
        )
    if facts.season and not is_in_season(facts.season):
        found.append(
            _("“%(title)s” is sold from %(first)s to %(last)s only. Please come back then.")
            % {"title": title, "first": MONTHS[facts.season[0]], "last": MONTHS[facts.season[1]]}
        )
    if quantity % facts.multiple:
        found.append(
            _("“%(title)s” is sold in multiples of %(n)s. Please change the quantity.")
            % {"title": title, "n": facts.multiple}
        )
    return found


def way_note(facts: SaleFacts) -> str:
    """By which way alone the goods leave the shop, as the shipping rules below have it; empty when any will do."""
    if facts.pickup_only:
        return _("Only for pickup: we do not send this article.")
    return _("Only for pickup, or by a carrier for dangerous goods.") if facts.danger is Danger.FULL else ""


def lifted_for(user: Any) -> set[str]:
    """Restrictions that this customer need not mind."""
    if user is None or not getattr(user, "is_authenticated", False):
        return set()
    return {str(kind) for kind, permission in PERMISSIONS.items() if user.has_perm(permission)}


@checkout_gates.register
class PartRestrictions(CheckoutGate):
    """Goods for businesses, adults or a season, and goods that are only shown; one query when nothing is restricted."""

    code = "part_restrictions"
    label = gettext_lazy("restricted parts")
    position = 50

    def refusals(self, checkout: Checkout) -> Sequence[Label]:
        facts = self._facts(checkout)
        needed = {fact.restriction for fact in facts.values()} & {str(kind) for kind in PERMISSIONS}
        user = get_user_model().objects.filter(pk=checkout.user_id).first() if needed and checkout.user_id else None
        may = lifted_for(user)
        return [
            sentence
            for line in checkout.lines
            if line.product_id in facts
            for sentence in refusals_of(facts[line.product_id], title=line.title, quantity=line.quantity, may=may)
        ]

    def declarations(self, checkout: Checkout) -> Sequence[Declaration]:
        if not any(fact.restriction == Restriction.ADULT for fact in self._facts(checkout).values()):
            return ()
        return [
            Declaration(
                key="adult",
                html=_("I am at least 18 years old. The goods are handed to me in person after a check of my age."),
                refusal=_("Please confirm your age, or take the article out of the basket."),
            )
        ]

    def _facts(self, checkout: Checkout) -> dict[int, SaleFacts]:
        return sale_facts(tuple(sorted({line.product_id for line in checkout.lines})))


def _ids(lines: Sequence[ChargedLine]) -> tuple[int, ...]:
    return tuple(sorted({line.product_id for line in lines}))


@shipping_rules.register
class DangerousGoods(ShippingRule):
    """A parcel carries what its rate says; airbags and lithium batteries need a carrier for all classes."""

    code = "dangerous_goods"
    label = gettext_lazy("dangerous goods")

    def refusal(self, lines: Sequence[ChargedLine], way: ShippingWay) -> Label | None:
        carries = Danger.FULL if way.is_pickup else CARRIES.get(way.dangerous_goods, Danger.NONE)
        barred = [fact.number for fact in sale_facts(_ids(lines)).values() if fact.danger > carries]
        if not barred:
            return None
        return _("Dangerous goods (%(numbers)s) cannot go this way.") % {"numbers": ", ".join(barred)}


@shipping_rules.register
class PickupOnly(ShippingRule):
    code = "pickup_only"
    label = gettext_lazy("only for pickup")

    def refusal(self, lines: Sequence[ChargedLine], way: ShippingWay) -> Label | None:
        if way.is_pickup:
            return None
        barred = [fact.number for fact in sale_facts(_ids(lines)).values() if fact.pickup_only]
        return _("%(numbers)s: only for pickup at the dealer's.") % {"numbers": ", ".join(barred)} if barred else None
