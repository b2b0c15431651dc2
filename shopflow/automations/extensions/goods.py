"""Questions about the goods that an event names: its product, or else what its order or basket holds.

They read the shop of now: prices include VAT and are those of somebody who is not signed in.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_class, get_model

from shopflow.audience.conditions import answered
from shopflow.audience.models import Contact
from shopflow.audience.order_fields import in_categories
from shopflow.audience.review_fields import standing_reviews
from shopflow.automations.forms.goods import ArticleForm, BrandForm, CategoryForm, PriceForm, StockForm
from shopflow.automations.forms.settings import NoSettings, WordsField
from shopflow.contracts.automations import BatchCondition, RunContext, Verdict, conditions
from shopflow.contracts.expressions import Ternary, any_of
from shopflow.contracts.segments import AmountUnit
from shopflow.contracts.types import Label
from shopflow.core.amounts import stored_text
from shopflow.core.rows import OneOf
from shopflow.mailing.addresses import normalise_email

Holder = tuple[str, int]
"""What names goods: ``product_id``, ``order_id`` or ``basket_id``, with its key."""


class NamedGoods:
    """The goods that the events of many runs name, read in as many statements for all as for one."""

    def __init__(self, contexts: Sequence[RunContext]) -> None:
        self.contexts = contexts
        self.holders = [_holder(context) for context in contexts]

    def of(self, position: int) -> frozenset[int]:
        """The keys of the products that the run at ``position`` names; none where they are gone."""
        holder = self.holders[position]
        return frozenset() if holder is None else self._keys.get(holder, frozenset())

    def called(self, name: str) -> list[int]:
        """The keys of all that name goods by ``name``."""
        return sorted({holder[1] for holder in self.holders if holder is not None and holder[0] == name})

    @cached_property
    def _keys(self) -> dict[Holder, frozenset[int]]:
        found: dict[Holder, set[int]] = defaultdict(set)
        if called := self.called("product_id"):
            for product in _products(called).values_list("pk", flat=True):
                found["product_id", product] = {product}
        for name, app in (("order_id", "order"), ("basket_id", "basket")):
            if called := self.called(name):
                lines = get_model(app, "Line")._default_manager.filter(OneOf(name, called), product__isnull=False)
                for key, product in lines.order_by().values_list(name, "product_id").distinct():
                    found[name, key].add(product)
        return {holder: frozenset(keys) for holder, keys in found.items()}

    @cached_property
    def products(self) -> QuerySet[Any]:
        """All of them."""
        return _products(set().union(*self._keys.values()))

    @cached_property
    def offers(self) -> dict[int, tuple[Any, Any]]:
        """Each product with its price and availability."""
        found = list(self.products.select_related("product_class", "parent__product_class"))
        offers = get_class("partner.strategy", "Selector")().strategy().fetch_for_products(found)
        return {product.pk: (product, offers[product.pk]) for product in found}

    def offers_of(self, position: int) -> list[tuple[Any, Any]]:
        return [self.offers[key] for key in sorted(self.of(position))]


def _holder(context: RunContext) -> Holder | None:
    for name in ("product_id", "order_id", "basket_id"):
        if context.subject.get(name) is not None:
            return name, context.integer(name)
    return None


def _products(keys: Iterable[int]) -> QuerySet[Any]:
    products: QuerySet[Any] = get_model("catalogue", "Product")._default_manager
    return products.filter(OneOf("pk", keys)).order_by("pk")


def _can_be_bought(product: Any, offer: Any) -> bool:
    shown = product.is_public and (product.parent is None or product.parent.is_public)
    return bool(shown and offer.availability.is_available_to_buy and offer.price.exists)


class AboutGoods(BatchCondition):
    """A question that cannot be answered without goods."""

    def evaluate_many(self, contexts: Sequence[RunContext], settings: Mapping[str, Any]) -> Sequence[Verdict]:
        goods = NamedGoods(contexts)
        named = [position for position in range(len(contexts)) if goods.of(position)]
        nothing = Verdict(None, _("The event names no goods that are in the shop."))
        if not named:
            return [nothing] * len(contexts)
        holds, said = self.holds_for(goods, named, settings), self.describe(settings)
        return [
            answered(holds[position], said) if position in holds else nothing for position in range(len(contexts))
        ]  # fmt: skip

    @abstractmethod
    def holds_for(self, goods: NamedGoods, named: Sequence[int], settings: Mapping[str, Any]) -> Mapping[int, Ternary]:
        """The answer for each of the positions ``named``, whose events name goods."""


class AboutProducts(AboutGoods):
    """Whether one of the goods is among certain products."""

    def holds_for(self, goods: NamedGoods, named: Sequence[int], settings: Mapping[str, Any]) -> Mapping[int, Ternary]:
        fitting = set(goods.products.filter(self.asked(settings)).values_list("pk", flat=True))
        return {position: not fitting.isdisjoint(goods.of(position)) for position in named}

    @abstractmethod
    def asked(self, settings: Mapping[str, Any]) -> Q:
        """The products that are meant."""


@conditions.register
class GoodsInStock(AboutGoods):
    """Settings: ``which``, ``any`` or ``all``. To be bought is what is public, has a price and is in stock."""

    code = "goods_in_stock"
    label = _("the goods can be bought now")
    description = _("Asks whether the event's product, or what its order or basket holds, can be bought now.")
    form_class = StockForm

    def holds_for(self, goods: NamedGoods, named: Sequence[int], settings: Mapping[str, Any]) -> Mapping[int, Ternary]:
        enough = all if settings["which"] == "all" else any
        return {position: enough(_can_be_bought(*one) for one in goods.offers_of(position)) for position in named}

    def describe(self, settings: Mapping[str, Any]) -> Label:
        if settings.get("which") == "all":
            return gettext("all the goods can be bought now")
        return gettext("at least one of the goods can be bought now")


@conditions.register
class GoodsPriced(AboutGoods):
    """Settings: ``at_least`` and ``at_most``, amounts including VAT in the shop's currency, at least one of them.

    Unknown without a price.
    """

    code = "goods_priced"
    label = _("one of the goods costs so much")
    description = _("Asks whether the price of one of the event's goods now lies between the ones you enter.")
    form_class = PriceForm

    def holds_for(self, goods: NamedGoods, named: Sequence[int], settings: Mapping[str, Any]) -> Mapping[int, Ternary]:
        return {
            position: any_of(_lies_in(offer.price, settings) for _product, offer in goods.offers_of(position))
            for position in named
        }

    def describe(self, settings: Mapping[str, Any]) -> Label:
        low, high = settings.get("at_least"), settings.get("at_most")
        words = {"low": stored_text(low, AmountUnit.WHOLE), "high": stored_text(high, AmountUnit.WHOLE)}
        if high in (None, ""):
            return gettext("one of the goods costs %(low)s or more") % words
        if low in (None, ""):
            return gettext("one of the goods costs %(high)s or less") % words
        return gettext("one of the goods costs from %(low)s to %(high)s") % words


def _lies_in(price: Any, settings: Mapping[str, Any]) -> Ternary:
    return None if (amount := _amount(price)) is None else _lies_between(amount, settings)


def _amount(price: Any) -> Decimal | None:
    return price.incl_tax if price.exists and price.is_tax_known else None


def _lies_between(amount: Decimal, settings: Mapping[str, Any]) -> bool:
    low, high = settings.get("at_least"), settings.get("at_most")
    above = low in (None, "") or amount >= Decimal(str(low))
    return above and (high in (None, "") or amount <= Decimal(str(high)))


@conditions.register
class GoodsWorth(AboutGoods):
    """Settings as of :class:`GoodsPriced`. An order is worth what was agreed, without shipping; a basket what its
    pieces cost now, which is unknown if one of them has no price.
    """

    code = "goods_worth"
    label = _("the goods are worth so much")
    description = _("Asks whether the event's product, or its order or basket without shipping, is worth so much.")
    form_class = PriceForm

    def holds_for(self, goods: NamedGoods, named: Sequence[int], settings: Mapping[str, Any]) -> Mapping[int, Ternary]:
        agreed, pieces = _agreed(goods.called("order_id")), _pieces(goods.called("basket_id"))
        found: dict[int, Ternary] = {}
        for position in named:
            name, key = goods.holders[position] or ("", 0)
            if name == "order_id":
                worth = agreed.get(key)
            else:
                worth = _costing(goods.offers_of(position), pieces.get(key, {}) if name == "basket_id" else {})
            found[position] = None if worth is None else _lies_between(worth, settings)
        return found

    def describe(self, settings: Mapping[str, Any]) -> Label:
        low, high = settings.get("at_least"), settings.get("at_most")
        words = {"low": stored_text(low, AmountUnit.WHOLE), "high": stored_text(high, AmountUnit.WHOLE)}
        if high in (None, ""):
            return gettext("the goods are worth %(low)s or more") % words
        if low in (None, ""):
            return gettext("the goods are worth %(high)s or less") % words
        return gettext("the goods are worth from %(low)s to %(high)s") % words


def _agreed(orders: Sequence[int]) -> dict[int, Decimal]:
    """What the goods of each order were agreed at."""
    if not orders:
        return {}
    lines = get_model("order", "Line")._default_manager.filter(OneOf("order_id", orders)).order_by()
    return dict(lines.values_list("order_id").annotate(Sum("line_price_incl_tax")))


def _pieces(baskets: Sequence[int]) -> dict[int, dict[int, int]]:
    """How many of each product each basket holds."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    if baskets:
        lines = get_model("basket", "Line")._default_manager.filter(OneOf("basket_id", baskets)).order_by()
        for basket, product, pieces in lines.values_list("basket_id", "product_id").annotate(Sum("quantity")):
            found[basket][product] = pieces
    return found


def _costing(offers: Iterable[tuple[Any, Any]], pieces: Mapping[int, int]) -> Decimal | None:
    """What so many pieces, or one of each, cost now; None if one of them has no price."""
    worth = Decimal()
    for product, offer in offers:
        amount = _amount(offer.price)
        if amount is None:
            return None
        worth += amount * pieces.get(product.pk, 1)
    return worth


@conditions.register
class GoodsInCategory(AboutProducts):
    """Settings: ``category``, a category's key."""

    code = "goods_in_category"
    label = _("one of the goods is from a category")
    description = _("Asks whether one of the event's goods is in the category you choose or below it.")
    form_class = CategoryForm

    def asked(self, settings: Mapping[str, Any]) -> Q:
        return in_categories([settings["category"]], "")

    def describe(self, settings: Mapping[str, Any]) -> Label:
        code = settings.get("category")
        name = get_model("catalogue", "Category")._default_manager.filter(pk=code).values_list("name", flat=True)
        return gettext("one of the goods is from the category “%(category)s”") % {"category": name.first() or code}


@conditions.register
class GoodsNumbered(AboutProducts):
    """Settings: ``numbers``, article numbers; a parent's stands for its variants."""

    code = "goods_numbered"
    label = _("one of the goods has an article number")
    description = _("Asks whether one of the event's goods has one of the article numbers that you enter.")
    form_class = ArticleForm

    def asked(self, settings: Mapping[str, Any]) -> Q:
        numbers = WordsField().to_python(settings["numbers"])
        return Q(upc__in=numbers) | Q(parent__upc__in=numbers) | Q(stockrecords__partner_sku__in=numbers)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        numbers = ", ".join(WordsField().to_python(settings.get("numbers", "")))
        return gettext("one of the goods has one of the article numbers: %(numbers)s") % {"numbers": numbers}


@conditions.register
class GoodsOfBrand(AboutProducts):
    """Settings: ``brand``, its name in any case."""

    code = "goods_of_brand"
    label = _("one of the goods is of a brand")
    description = _("Asks whether one of the event's goods is of the brand that you enter.")
    form_class = BrandForm

    def asked(self, settings: Mapping[str, Any]) -> Q:
        return Q(part_record__brand__name__iexact=settings["brand"])

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("one of the goods is of the brand “%(brand)s”") % {"brand": settings.get("brand", "")}


@conditions.register
class GoodsReviewed(AboutGoods):
    """Reviews of accounts only, as the contact's fields: of a person without one nobody can know."""

    code = "goods_reviewed"
    label = _("one of the goods was reviewed by the person")
    description = _("Asks whether the person, when signed in, has reviewed one of the event's goods.")
    form_class = NoSettings

    def holds_for(self, goods: NamedGoods, named: Sequence[int], settings: Mapping[str, Any]) -> Mapping[int, Ternary]:
        accounts = _accounts([goods.contexts[position] for position in named])
        parents = dict(goods.products.values_list("pk", "parent_id"))
        keys = {key for pair in parents.items() for key in pair if key is not None}
        theirs = standing_reviews().filter(
            OneOf("product_id", keys), OneOf("user_id", {account for account in accounts if account is not None})
        )
        reviewed = set(theirs.values_list("user_id", "product_id"))
        found: dict[int, Ternary] = {}
        for position, account in zip(named, accounts, strict=True):
            mine = {key for product in goods.of(position) for key in (product, parents[product])}
            found[position] = None if account is None else any((account, key) in reviewed for key in mine)
        return found


def _accounts(contexts: Sequence[RunContext]) -> list[int | None]:
    """The account of each: the event's, or else that of the contact with its address."""
    emails = [normalise_email(context.text("email")) for context in contexts]
    asked = {email for email in emails if email}
    known = dict(Contact.objects.filter(OneOf("email", asked)).values_list("email", "user_id")) if asked else {}
    return [
        context.integer("user_id") if context.subject.get("user_id") else known.get(email)
        for context, email in zip(contexts, emails, strict=True)
    ]
