"""All that an order needs, as JSON, so that it can be placed without the customer's request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from oscar.core import prices
from oscar.core.loading import get_class, get_model

from shopflow.contracts.checkout import Agreement, Declaration
from shopflow.contracts.payments import Purchase
from shopflow.contracts.types import JSONDict

Available = get_class("partner.availability", "Available")
BillingAddress = get_model("order", "BillingAddress")
FixedPrice = get_class("partner.prices", "FixedPrice")
PurchaseInfo = get_class("partner.strategy", "PurchaseInfo")
ShippingAddress = get_model("order", "ShippingAddress")

ADDRESS_FIELDS = (
    "title",
    "first_name",
    "last_name",
    "line1",
    "line2",
    "line3",
    "line4",
    "state",
    "postcode",
    "country_id",
    "phone_number",
    "notes",
)


def cents(amount: Decimal) -> int:
    """An amount in euros as whole cents. Raises ValueError for a fraction of a cent."""
    value = amount * 100
    if value != value.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of cents.")
    return int(value)


def address_fields(address: Any) -> JSONDict | None:
    """An unsaved Oscar address as plain texts."""
    if address is None:
        return None
    return {name: str(value) for name in ADDRESS_FIELDS if (value := getattr(address, name, None)) not in (None, "")}


@dataclass(frozen=True, kw_only=True)
class AgreedLine:
    """What one piece of a basket line costs, as shown above the button."""

    line_id: int
    excl_tax: str
    incl_tax: str
    tax_code: str | None


@dataclass(frozen=True, kw_only=True)
class AgreedCharge:
    """A shipping charge or surcharge as shown above the button."""

    code: str
    name: str
    excl_tax: str
    incl_tax: str
    tax_code: str | None
    currency: str = "EUR"

    @property
    def price(self) -> Any:
        return prices.Price(
            currency=self.currency,
            excl_tax=Decimal(self.excl_tax),
            incl_tax=Decimal(self.incl_tax),
            tax_code=self.tax_code,
        )

    @property
    def surcharge(self) -> AgreedCharge:
        """Oscar's order creator asks a surcharge for its name and code here."""
        return self


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One press of the order button, complete."""

    purchase: Purchase
    language: str
    shipping: AgreedCharge
    lines: list[AgreedLine]
    surcharges: list[AgreedCharge] = field(default_factory=list)
    shipping_address: JSONDict | None = None
    billing_address: JSONDict | None = None
    agreements: list[JSONDict] = field(default_factory=list)

    def as_json(self) -> JSONDict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: JSONDict) -> Submission:
        return cls(
            purchase=Purchase(**data["purchase"]),
            language=data["language"],
            shipping=AgreedCharge(**data["shipping"]),
            lines=[AgreedLine(**line) for line in data["lines"]],
            surcharges=[AgreedCharge(**charge) for charge in data["surcharges"]],
            shipping_address=data["shipping_address"],
            billing_address=data["billing_address"],
            agreements=data["agreements"],
        )

    def agreed(self) -> dict[tuple[str, str], Agreement]:
        """The declarations with their answers, by gate and key, in the order shown."""
        return {
            (a["gate"], a["key"]): Agreement(
                declaration=Declaration(
                    key=a["key"], html=a["html"], checkbox=a["checkbox"], required=a["required"], refusal=a["refusal"]
                ),
                accepted=a["accepted"],
            )
            for a in self.agreements
        }


class AgreedPrices:
    """A strategy that knows the prices shown to the customer, whatever an import has changed since."""

    def __init__(self, lines: Iterable[AgreedLine], currency: str) -> None:
        self.lines = {line.line_id: line for line in lines}
        self.currency = currency

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> Any:
        agreed = self.lines[line.pk]
        excl = Decimal(agreed.excl_tax)
        return PurchaseInfo(
            price=FixedPrice(self.currency, excl, tax=Decimal(agreed.incl_tax) - excl, tax_code=agreed.tax_code),
            stockrecord=line.stockrecord,
            availability=Available(),
        )
