"""Which VAT applies to a sale: pure functions in the order that the law asks (UStG §§ 3a, 3c, 6, 6a, 19, 25a)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shopflow.tax.rates import EXCHANGE, MARGIN, ZERO, without_old_part

THRESHOLD = Decimal("10000.00")
"""Net turnover with consumers of other member states up to which the home rate applies (§ 3a (5), § 3c (4) UStG)."""

EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MC",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
"""Where goods and services are taxed as in the EU; Monaco counts as France."""

TAXED_AS = {"MC": "FR"}

OLD_PART = ":old_part"
"""Ends the code of a treatment that taxes an old part, too."""

RateOf = Callable[[str, str], Decimal]
"""``(country, tax class) -> rate`` as a fraction, on the day of supply."""


class TaxKind(StrEnum):
    DOMESTIC = "domestic"
    DISTANCE_HOME = "distance_home"
    DISTANCE = "distance"
    SMALL_BUSINESS = "small_business"
    MARGIN = "margin"
    INTRA_COMMUNITY = "intra_community"
    REVERSE_CHARGE = "reverse_charge"
    EXPORT = "export"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Treatment:
    """How one line is taxed. ``rate`` is a fraction; ``destination`` the country where the goods or service go.

    With ``old_part``, ``rate`` holds the VAT on the old part that the customer hands in (section 10.5 (3) UStAE).
    """

    kind: TaxKind
    destination: str
    rate: Decimal
    old_part: bool = False

    @property
    def code(self) -> str:
        """The treatment as a short text, stored as Oscar's tax code of a line: ``distance:AT:20.00``."""
        return f"{self.kind}:{self.destination}:{self.rate * 100:.2f}{OLD_PART if self.old_part else ''}"

    @classmethod
    def parse(cls, code: str) -> Treatment:
        """Read back :attr:`code`. Raises ValueError for a text that is none."""
        kind, destination, percent = code.removesuffix(OLD_PART).split(":")
        try:
            rate = Decimal(percent) / 100
        except ArithmeticError:
            raise ValueError(f"“{code}” has no rate.") from None
        return cls(TaxKind(kind), destination, rate, code.endswith(OLD_PART))

    @property
    def of_the_rest(self) -> Treatment:
        """How shipping and other sums beside the goods are taxed: as the goods, without an old part."""
        if not self.old_part:
            return self
        return Treatment(self.kind, self.destination, without_old_part(self.rate))

    @property
    def shows_vat(self) -> bool:
        """Whether an invoice may state an amount of VAT; where it may not, stating it would make it owed (§ 14c)."""
        return self.kind in {TaxKind.DOMESTIC, TaxKind.DISTANCE_HOME, TaxKind.DISTANCE}


@dataclass(frozen=True, kw_only=True)
class CrossBorder:
    """The seller's sales to consumers in other member states, net in euros, before the sale in question."""

    previous_year: Decimal = ZERO
    this_year: Decimal = ZERO
    waived: bool = False

    def exceeded_by(self, net: Decimal) -> bool:
        """Whether a further sale of ``net`` is taxed at its destination; the sale that passes the threshold is."""
        return self.waived or self.previous_year > THRESHOLD or self.this_year + net > THRESHOLD


@dataclass(frozen=True, kw_only=True)
class Sale:
    """One line of a sale as the tax law sees it. ``net`` is the net value of all such lines of the sale together."""

    tax_class: str
    destination: str
    is_service: bool = False
    net: Decimal = ZERO
    seller_country: str = "DE"
    seller_is_small_business: bool = False
    buyer_has_valid_vat_id: bool = False
    exports: bool = False


def decide(sale: Sale, *, rate_of: RateOf, cross_border: CrossBorder) -> Treatment:
    """The treatment of ``sale``, at the rates that ``rate_of`` knows for the day of supply."""
    home, there = sale.seller_country, sale.destination
    exchange = sale.tax_class == EXCHANGE
    if sale.seller_is_small_business:
        return Treatment(TaxKind.SMALL_BUSINESS, there, ZERO)
    if sale.tax_class == MARGIN:
        return Treatment(TaxKind.MARGIN, there, ZERO)
    if there == home:
        return Treatment(TaxKind.DOMESTIC, there, rate_of(home, sale.tax_class), exchange)
    if there not in EU:
        return _third_country(sale)
    if sale.buyer_has_valid_vat_id:
        return Treatment(TaxKind.REVERSE_CHARGE if sale.is_service else TaxKind.INTRA_COMMUNITY, there, ZERO)
    if cross_border.exceeded_by(sale.net):
        return Treatment(TaxKind.DISTANCE, there, rate_of(TAXED_AS.get(there, there), sale.tax_class), exchange)
    return Treatment(TaxKind.DISTANCE_HOME, there, rate_of(home, sale.tax_class), exchange)


def _third_country(sale: Sale) -> Treatment:
    """Goods may be exported free of VAT where the seller handles the proof; e-services fall under foreign law."""
    allowed = sale.exports and not sale.is_service
    return Treatment(TaxKind.EXPORT if allowed else TaxKind.BLOCKED, sale.destination, ZERO)


def place_of_supply(*, shipping_method: str, shipping_country: str, customer_country: str, home: str = "DE") -> str:
    """Where a purchase is taxed: at the counter, where the parcel goes, or where the customer of a download lives."""
    if shipping_method == "pickup":
        return home
    return shipping_country or customer_country or home
