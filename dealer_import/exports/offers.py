"""Special offers as a delivery would tell them, from the shop's price and from the prices that wait for their day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dealer_import.models import ImportRun
from dealer_import.pricing import PriceRule, price_rule
from shopflow.parts.models import PartRecord

OFFER_COLUMNS: dict[str, tuple[str, ...]] = {
    "offer_price": ("Aktionspreis netto",),
    "offer_from": ("Aktion ab",),
    "offer_until": ("Aktion bis",),
}
"""Field → column of the export."""


MODE = ImportRun.Mode


def last_price_rule(source: str) -> dict[str, Any]:
    """How the shop's prices came from the list prices, by the last delivery of prices: an export keeps to it."""
    return dict(_last_told(source, "price_rule", silent=MODE.STOCK) or {})


def last_stock_counts(source: str) -> str:
    """What the last delivery of stock has counted: ``sellable`` or ``pieces``."""
    return str(_last_told(source, "stock_counts", silent=MODE.PRICES) or "sellable")


def last_brand_codes(source: str) -> list[str]:
    """Codes of the brands that the last delivery could name; the shop need not have parts of all of them."""
    return sorted(set(dict(_last_told(source, "brands", silent="") or {}).values()))


def _last_told(source: str, key: str, *, silent: str) -> Any:
    """What the profile of the source's last run said under ``key``; lists of the kind ``silent`` know nothing of it."""
    runs = ImportRun.objects.filter(source=source, outcome=ImportRun.Outcome.APPLIED, dry_run=False)
    telling = runs.exclude(mode__in=[MODE.ROLLBACK, "numbers", silent])
    return telling.values_list(f"profile_tables__{key}", flat=True).first()


class Rules:
    """How the deliveries of sources are reckoned, each asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[PriceRule, str]] = {}

    def of(self, source: str) -> PriceRule:
        return self._of(source)[0]

    def counts_pieces(self, source: str) -> bool:
        """Whether stock is delivered in pieces of which packs are sold."""
        return self._of(source)[1] == "pieces"

    def _of(self, source: str) -> tuple[PriceRule, str]:
        if source not in self._known:
            rule = price_rule(source, {"price_rule": last_price_rule(source)})
            self._known[source] = rule, last_stock_counts(source)
        return self._known[source]


def list_price(part: PartRecord) -> int | None:
    """As it was delivered: a price that waits for its day, so that a file that comes back does not call it off."""
    waiting = _waiting(part)
    return waiting[0].list_price_cents if waiting else part.list_price_cents


def offer_texts(part: PartRecord, rule: PriceRule) -> Mapping[str, str]:
    """The offer that runs, or else the first that waits; a price that is another one than the rule's counts as one.

    Days are those on which it still changes something: an offer that runs has no first day any more.
    """
    found, days = dict.fromkeys(OFFER_COLUMNS, ""), [(day.valid_from, day.sale_cents) for day in _waiting(part)]
    told = list_price(part)
    if told is None or part.list_price_cents is None or part.is_on_request:
        return found
    regular, paid = _reckoned(part, rule, told), _paid(part)
    if paid is not None and paid != _reckoned(part, rule, part.list_price_cents):
        offer, begins = paid, None
    else:
        begins, offer = next(((day, sale) for day, sale in days if sale != regular), (None, 0))
        if begins is None:
            return found
    ends = next((day for day, sale in days if sale == regular and (begins is None or day > begins)), None)
    cents = max(1, (2 * offer * part.price_per + part.sales_qty) // (2 * part.sales_qty))
    found["offer_price"] = f"{cents // 100},{cents % 100:02d}"
    found["offer_from"] = begins.strftime("%d.%m.%Y") if begins else ""
    found["offer_until"] = (ends - timedelta(days=1)).strftime("%d.%m.%Y") if ends else ""
    return found


def _waiting(part: PartRecord) -> list[Any]:
    return list(part.scheduled_prices.all())  # type: ignore[attr-defined]


def _reckoned(part: PartRecord, rule: PriceRule, cents: int) -> int:
    return rule.reckoned(part.discount_group, cents, part.sales_qty, part.price_per)


def _paid(part: PartRecord) -> int | None:
    record = next(iter(part.product.stockrecords.all()), None)
    return round(record.price * 100) if record is not None and record.price else None
