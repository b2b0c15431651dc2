"""The tax room's verbs, and the only writer of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from eu_vat_rates_data import data_version, get_all_rates

from shopflow.core.memo import changed
from shopflow.tax.models import ProductTax, TaxClass, VatRate

KNOWN_SINCE = date(2021, 7, 1)
"""Start of the One-Stop-Shop: from when on the shop knows rates at all."""

CHANGES: dict[str, list[tuple[str, date]]] = {
    "EE": [("22", date(2024, 1, 1)), ("24", date(2025, 7, 1))],
    "FI": [("24", KNOWN_SINCE), ("25.5", date(2024, 9, 1))],
    "RO": [("19", KNOWN_SINCE), ("21", date(2025, 8, 1))],
    "SK": [("20", KNOWN_SINCE), ("23", date(2025, 1, 1))],
}
"""Recent changes of standard rates, so that a supply of before is taxed as of before."""

GERMAN = {TaxClass.REDUCED: "7", TaxClass.EBOOK: "7"}
"""§ 12 (2) UStG; the standard rate comes with the others."""


@transaction.atomic
def load_rates(*, force: bool = False) -> int:
    """Fill the table with the member states' rates and return how many rows were added.

    Does nothing to a table that has rows, unless ``force``: then missing rows are added and none is changed.
    """
    if VatRate.objects.exists() and not force:
        return 0
    rows = [*_standard_rates(), *_german_rates()]
    before = VatRate.objects.count()
    VatRate.objects.bulk_create(rows, ignore_conflicts=True)
    changed("shopflow_tax.VatRate")
    return VatRate.objects.count() - before


def _standard_rates() -> list[VatRate]:
    rows = []
    source = f"eu-vat-rates-data {data_version} (TEDB)"
    for country, facts in sorted(get_all_rates().items()):
        if not facts["eu_member"]:
            continue
        current = Decimal(str(facts["standard"]))
        steps = [(Decimal(percent), day) for percent, day in CHANGES.get(country, [])]
        if not steps:
            steps = [(current, KNOWN_SINCE)]
        elif steps[-1][0] != current:
            steps.append((current, date.fromisoformat(data_version)))
        ends = [day - timedelta(days=1) for _, day in steps[1:]] + [None]
        for (percent, valid_from), valid_to in zip(steps, ends, strict=True):
            rows.append(_row(country, TaxClass.STANDARD, percent, valid_from, valid_to, source))
    return rows


def _german_rates() -> list[VatRate]:
    return [
        _row("DE", tax_class, Decimal(percent), KNOWN_SINCE, None, "§ 12 (2) UStG")
        for tax_class, percent in GERMAN.items()
    ]


def _row(country: str, tax_class: str, percent: Decimal, start: date, end: date | None, source: str) -> VatRate:
    return VatRate(
        country=country, tax_class=tax_class, percent=percent, valid_from=start, valid_to=end, source=source[:120]
    )


@transaction.atomic
def set_rate(
    *, country: str, tax_class: str, percent: Decimal, valid_from: date, source: str, confirmed_by: Any = None
) -> VatRate:
    """Enter the rate that applies from ``valid_from`` on; the rate before it ends the day before."""
    same = VatRate.objects.select_for_update().filter(country=country, tax_class=TaxClass(tax_class))
    later = same.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    same.filter(valid_from__lt=valid_from).exclude(valid_to__lt=valid_from).update(
        valid_to=valid_from - timedelta(days=1)
    )
    row, _ = VatRate.objects.update_or_create(
        country=country,
        tax_class=tax_class,
        valid_from=valid_from,
        defaults={
            "percent": percent,
            "valid_to": later.valid_from - timedelta(days=1) if later else None,
            "source": source,
            "confirmed_by": confirmed_by,
        },
    )
    return row


@transaction.atomic
def set_tax_class(*, product_id: int, tax_class: str) -> None:
    """Set the product's tax class. Raises ValueError for a class that does not exist."""
    chosen = TaxClass(tax_class)
    ProductTax.objects.update_or_create(product_id=product_id, defaults={"tax_class": chosen})


@transaction.atomic
def set_tax_classes(classes: Mapping[int, str]) -> None:
    """Set the tax classes of many products without telling anybody; the caller announces the change of the catalogue.

    Raises ValueError for a class that does not exist.
    """
    rows = [ProductTax(product_id=product_id, tax_class=TaxClass(name)) for product_id, name in classes.items()]
    ProductTax.objects.bulk_create(
        rows, batch_size=1000, update_conflicts=True, unique_fields=["product"], update_fields=["tax_class"]
    )
