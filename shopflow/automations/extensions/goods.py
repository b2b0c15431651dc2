"""Questions about the goods that an event names: its product, or else what its order or basket holds.

They read the shop of now: prices include VAT and are those of somebody who is not signed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
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
from shopflow.contracts.automations import Condition, RunContext, Verdict, conditions
from shopflow.contracts.expressions import Ternary, any_of
from shopflow.contracts.types import Label
from shopflow.mailing.addresses import normalise_email


def goods_of(context: RunContext) -> QuerySet[Any]:
    """The products that the event names; none where it names none or they are gone."""
    products: QuerySet[Any] = get_model("catalogue", "Product")._default_manager.order_by("pk")
    subject = context.subject
    if subject.get("product_id") is not None:
        return products.filter(pk=context.integer("product_id"))
    for name, app in (("order_id", "order"), ("basket_id", "basket")):
        if subject.get(name) is not None:
            lines = get_model(app, "Line")._default_manager.filter(**{name: context.integer(name)})
            return products.filter(pk__in=lines.order_by().values("product_id"))
    return products.none()


def _offers(context: RunContext) -> list[tuple[Any, Any]]:
    """Each of the goods with its price and availability, in a number of queries that does not grow with them."""
    found = list(goods_of(context).select_related("product_class", "parent__product_class"))
    offers = get_class("partner.strategy", "Selector")().strategy().fetch_for_products(found)
    return [(product, offers[product.pk]) for product in found]


def _can_be_bought(product: Any, offer: Any) -> bool:
    shown = product.is_public and (product.parent is None or product.parent.is_public)
    return bool(shown and offer.availability.is_available_to_buy and offer.price.exists)


class AboutGoods(Condition):
    """A question that cannot be answered without goods."""

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        if not goods_of(context).exists():
            return Verdict(None, _("The event names no goods that are in the shop."))
        return answered(self.holds(context, settings), self.describe(settings))

    def holds(self, context: RunContext, settings: Mapping[str, Any]) -> Ternary:
        """The answer; the event names goods."""
        raise NotImplementedError


@conditions.register
class GoodsInStock(AboutGoods):
    """Settings: ``which``, ``any`` or ``all``. To be bought is what is public, has a price and is in stock."""

    code = "goods_in_stock"
    label = _("the goods can be bought now")
    description = _("Asks whether the event's product, or what its order or basket holds, can be bought now.")
    form_class = StockForm

    def holds(self, context: RunContext, settings: Mapping[str, Any]) -> Ternary:
        buyable = [_can_be_bought(product, offer) for product, offer in _offers(context)]
        return all(buyable) if settings["which"] == "all" else any(buyable)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        if settings.get("which") == "all":
            return gettext("all the goods can be bought now")
        return gettext("at least one of the goods can be bought now")


@conditions.register
class GoodsPriced(AboutGoods):
    """Settings: ``at_least`` and ``at_most``, euros including VAT, at least one of them; unknown without a price."""

    code = "goods_priced"
    label = _("one of the goods costs so much")
    description = _("Asks whether the price of one of the event's goods now lies between the ones you enter.")
    form_class = PriceForm

    def holds(self, context: RunContext, settings: Mapping[str, Any]) -> Ternary:
        return any_of(_lies_in(offer.price, settings) for _product, offer in _offers(context))

    def describe(self, settings: Mapping[str, Any]) -> Label:
        low, high = settings.get("at_least"), settings.get("at_most")
        words = {"low": low, "high": high}
        if high in (None, ""):
            return gettext("one of the goods costs %(low)s € or more") % words
        if low in (None, ""):
            return gettext("one of the goods costs %(high)s € or less") % words
        return gettext("one of the goods costs from %(low)s to %(high)s €") % words


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

    def holds(self, context: RunContext, settings: Mapping[str, Any]) -> Ternary:
        worth = _worth(context)
        return None if worth is None else _lies_between(worth, settings)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        low, high = settings.get("at_least"), settings.get("at_most")
        words = {"low": low, "high": high}
        if high in (None, ""):
            return gettext("the goods are worth %(low)s € or more") % words
        if low in (None, ""):
            return gettext("the goods are worth %(high)s € or less") % words
        return gettext("the goods are worth from %(low)s to %(high)s €") % words


def _worth(context: RunContext) -> Decimal | None:
    subject = context.subject
    if subject.get("product_id") is None and subject.get("order_id") is not None:
        lines = get_model("order", "Line")._default_manager.filter(order_id=context.integer("order_id"))
        agreed: Decimal | None = lines.aggregate(total=Sum("line_price_incl_tax"))["total"]
        return agreed
    pieces = _pieces(context)
    worth = Decimal()
    for product, offer in _offers(context):
        amount = _amount(offer.price)
        if amount is None:
            return None
        worth += amount * pieces.get(product.pk, 1)
    return worth


def _pieces(context: RunContext) -> dict[int, int]:
    """How many of each product the basket holds; nothing for an event that names a product."""
    if context.subject.get("product_id") is not None:
        return {}
    lines = get_model("basket", "Line")._default_manager.filter(basket_id=context.integer("basket_id")).order_by()
    return dict(lines.values_list("product_id").annotate(Sum("quantity")))


@conditions.register
class GoodsInCategory(AboutGoods):
    """Settings: ``category``, a category's key."""

    code = "goods_in_category"
    label = _("one of the goods is from a category")
    description = _("Asks whether one of the event's goods is in the category you choose or below it.")
    form_class = CategoryForm

    def holds(self, context: RunContext, settings: Mapping[str, Any]) -> Ternary:
        return goods_of(context).filter(in_categories([settings["category"]], "")).exists()

    def describe(self, settings: Mapping[str, Any]) -> Label:
        code = settings.get("category")
        name = get_model("catalogue", "Category")._default_manager.filter(pk=code).values_list("name", flat=True)
        return gettext("one of the goods is from the category “%(category)s”") % {"category": name.first() or code}


@conditions.register
class GoodsNumbered(AboutGoods):
    """Settings: ``numbers``, article numbers; a parent's stands for its variants."""

    code = "goods_numbered"
    label = _("one of the goods has an article number")
    description = _("Asks whether one of the event's goods has one of the article numbers that you enter.")
    form_class = ArticleForm

    def holds(self, context: RunContext, settings: Mapping[str, Any]) -> Ternary:
        numbers = WordsField().to_python(settings["numbers"])
        asked = Q(upc__in=numbers) | Q(parent__upc__in=numbers) | Q(stockrecords__partner_sku__in=numbers)
        return goods_of(context).filter(asked).exists()

    def describe(self, settings: Mapping[str, Any]) -> Label:
        numbers = ", ".join(WordsField().to_python(settings.get("numbers", "")))
        return gettext("one of the goods has one of the article numbers: %(numbers)s") % {"numbers": numbers}


@conditions.register
class GoodsOfBrand(AboutGoods):
    """Settings: ``brand``, its name in any case."""

    code = "goods_of_brand"
    label = _("one of the goods is of a brand")
    description = _("Asks whether one of the event's goods is of the brand that you enter.")
    form_class = BrandForm

    def holds(self, context: RunContext, settings: Mapping[str, Any]) -> Ternary:
        return goods_of(context).filter(part_record__brand__name__iexact=settings["brand"]).exists()

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return gettext("one of the goods is of the brand “%(brand)s”") % {"brand": settings.get("brand", "")}


@conditions.register
class GoodsReviewed(AboutGoods):
    """Reviews of accounts only, as the contact's fields: of a person without one nobody can know."""

    code = "goods_reviewed"
    label = _("one of the goods was reviewed by the person")
    description = _("Asks whether the person, when signed in, has reviewed one of the event's goods.")
    form_class = NoSettings

    def holds(self, context: RunContext, settings: Mapping[str, Any]) -> Ternary:
        account = context.subject.get("user_id") or _account(context.text("email"))
        if account is None:
            return None
        keys = {key for row in goods_of(context).values_list("pk", "parent_id") for key in row if key is not None}
        return standing_reviews().filter(user_id=account, product_id__in=keys).exists()


def _account(email: str) -> int | None:
    found = Contact.objects.filter(email=normalise_email(email)).values_list("user_id", flat=True).first()
    return found if email else None
