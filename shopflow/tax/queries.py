"""Reads of the tax room: rates of a day, tax classes of products, the seller's situation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.apps import apps
from django.db.models import Q, Sum
from django.utils import timezone

from shopflow.core import clock
from shopflow.core.memo import kept_while_unchanged
from shopflow.core.queries import seller
from shopflow.tax.decisions import CrossBorder, Sale, TaxKind, Treatment, decide
from shopflow.tax.exceptions import NoRate
from shopflow.tax.models import ProductTax, TaxSettings, VatRate
from shopflow.tax.rates import EXCHANGE, MARGIN, STANDARD, ZERO, with_old_part


def today() -> date:
    """The day in the shop's time zone."""
    return timezone.localdate(clock.now())


@dataclass(frozen=True)
class Rates:
    """All rates of one day, read once."""

    day: date
    by_key: dict[tuple[str, str], Decimal]

    def of(self, country: str, tax_class: str) -> Decimal:
        """The rate as a fraction. A class that nobody has confirmed for a country is taxed at its standard rate.

        That of exchange parts holds the VAT on the old part.
        """
        if tax_class == EXCHANGE:
            return with_old_part(self.of(country, STANDARD))
        found = self.by_key.get((country, tax_class), self.by_key.get((country, STANDARD)))
        if found is None:
            raise NoRate(
                f"No VAT rate is known for {country} on {self.day:%Y-%m-%d}. "
                "Enter it in the administration under VAT rates."
            )
        return found


def rates_on(day: date | None = None) -> Rates:
    """Every country's rates on ``day`` (today by default); one query at most."""
    return _rates_on(day or today())


@kept_while_unchanged("shopflow_tax.VatRate")
def _rates_on(when: date) -> Rates:
    rows = VatRate.objects.filter(valid_from__lte=when).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=when))
    newest_last = rows.order_by("valid_from").values_list("country", "tax_class", "percent")
    return Rates(when, {(country, tax_class): percent / 100 for country, tax_class, percent in newest_last})


def tax_classes(product_ids: Iterable[int]) -> dict[int, str]:
    """The tax class of each of the products; one query."""
    wanted = list(product_ids)
    stored = dict(ProductTax.objects.filter(product_id__in=wanted).values_list("product_id", "tax_class"))
    return {product_id: stored.get(product_id, STANDARD) for product_id in wanted}


def settings() -> TaxSettings:
    """The tax settings; the defaults as long as staff have not saved any."""
    return TaxSettings.objects.filter(pk=1).first() or TaxSettings(pk=1)


class Situation:
    """Everything but the product that decides on a purchase's VAT; reads each fact at most once."""

    def __init__(self, *, destination: str = "", day: date | None = None) -> None:
        self._seller = seller()
        self._rates = rates_on(day)
        self.home = self._seller.country or "DE"
        self.destination = destination or self.home
        self._settings = settings() if self.destination != self.home else TaxSettings(pk=1)
        self._cross_border: CrossBorder | None = None

    @property
    def is_small_business(self) -> bool:
        return self._seller.is_small_business

    def shelf_rate(self, tax_class: str) -> Decimal:
        """The home rate that turns a stored net price into the price on the shelf, which stays the same everywhere.

        A small business and second-hand goods under the margin scheme add nothing: their stored price is final.
        """
        if self.is_small_business or tax_class == MARGIN:
            return ZERO
        return self._rates.of(self.home, tax_class)

    def treatment(self, tax_class: str, *, is_service: bool = False, net: Decimal = ZERO) -> Treatment:
        """How a line is taxed in this purchase; ``net`` is the value of the whole purchase, for the threshold."""
        sale = Sale(
            tax_class=tax_class,
            destination=self.destination,
            is_service=is_service,
            net=net,
            seller_country=self.home,
            seller_is_small_business=self.is_small_business,
            exports=self._settings.exports,
        )
        return decide(sale, rate_of=self._rates.of, cross_border=self._crossed())

    def _crossed(self) -> CrossBorder:
        if self._cross_border is None:
            chosen = self._settings
            if self.destination == self.home or chosen.destination_rates:
                self._cross_border = CrossBorder(waived=chosen.destination_rates)
            else:
                self._cross_border = cross_border_sales(chosen, self._rates.day)
        return self._cross_border


def cross_border_sales(chosen: TaxSettings, day: date) -> CrossBorder:
    """Sales to consumers in other member states: those of this shop's orders plus those that staff have entered."""
    return CrossBorder(
        previous_year=chosen.previous_year_abroad + _sold_abroad(day.year - 1),
        this_year=chosen.this_year_abroad + _sold_abroad(day.year),
    )


def _sold_abroad(year: int) -> Decimal:
    line = apps.get_model("order", "Line")
    abroad = Q(tax_code__startswith=f"{TaxKind.DISTANCE}:") | Q(tax_code__startswith=f"{TaxKind.DISTANCE_HOME}:")
    sold = line.objects.filter(abroad, order__date_placed__year=year).exclude(order__status="cancelled")
    total: Decimal | None = sold.aggregate(total=Sum("line_price_excl_tax"))["total"]
    return total or ZERO
