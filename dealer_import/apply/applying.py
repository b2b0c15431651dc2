from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection, transaction

from dealer_import.apply import products, stock
from dealer_import.apply.categories import ensure_categories, link_categories
from dealer_import.diff import Difference
from dealer_import.findings import Finding
from dealer_import.profiles import Profile
from dealer_import.staging import Staging, analyze
from shopflow.core import clock
from shopflow.parts import services as parts
from shopflow.tax.models import ProductTax
from shopflow.tax.services import set_tax_class


def apply_difference(
    staging: Staging, difference: Difference, profile: Profile, *, run_id: int | None
) -> list[Finding]:
    """Write everything that differs; must run inside a transaction. Returns what could not be written and why.

    Rows that have not changed are not touched, and no signal is sent: slugs, dates, public flags and the category
    view are set here, and one event announces the whole.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("apply_difference() needs a transaction.")
    stage, source, provided = staging.tables, profile.source, profile.provided
    moment = connection.ops.adapt_datetimefield_value(clock.now())
    partner = stock.partner(str(profile.options.get("partner", "")))
    parts.add_brands(stage=stage)
    if "category" in provided:
        ensure_categories(stage)
    products.insert(stage, product_class_id=products.part_class().pk, at=moment)
    analyze(stage.parts)
    parts.insert_records(stage=stage, source=source, run_id=run_id)
    analyze(stage.parts)
    old_cents, joins = stock.current_price(partner.pk)
    parts.record_price_changes(stage=stage, old_cents=old_cents, joins=joins, at=moment, run_id=run_id)
    stock.merge(stage, partner_id=partner.pk, provided=provided, at=moment)
    locked = products.update(stage, profile=profile, at=moment)
    if "category" in provided:
        locked += link_categories(stage, profile=profile)
    _set_tax_classes(stage.parts)
    parts.update_records(stage=stage, provided=provided, source=source, run_id=run_id)
    parts.remember_unchanged(stage=stage)
    if "oe_numbers" in provided:
        parts.merge_references(stage=stage, kind="oe")
    if "fitment" in provided:
        parts.merge_fitments(stage=stage)
    if "successor" in provided:
        parts.merge_successions(stage=stage)
    products.hide_missing(stage, run_id=run_id, at=moment)
    if difference.touched:
        _refresh_hierarchy()
        parts.announce_change(run_id=run_id, changed=difference.touched)
    return locked


def _set_tax_classes(stage: str) -> None:
    """Products at another rate than the standard one, and those that go back to it; few in any catalogue."""
    tax = ProductTax._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT s.product_id, s.tax_code FROM {stage} s LEFT JOIN {tax} t ON t.product_id = s.product_id
                WHERE s.kind IN ('new', 'changed') AND s.tax_code <> COALESCE(t.tax_class, 'standard')"""
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    for product_id, tax_code in rows:
        set_tax_class(product_id=product_id, tax_class=tax_code)


def _refresh_hierarchy() -> None:
    """Oscar's optional view of products in categories, once for the whole run."""
    if getattr(settings, "OSCAR_CATALOGUE_USE_POSTGRES_MATERIALISED_VIEWS", False):
        with connection.cursor() as cursor:
            cursor.execute("REFRESH MATERIALIZED VIEW catalogue_product_category_hierarchy")
