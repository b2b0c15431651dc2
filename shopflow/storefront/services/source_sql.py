# ruff: noqa: S608 - the SQL is put together from table names, column names and integers only
"""SQL that computes what the derived tables should hold; the same text runs on PostgreSQL and SQLite.

Every function takes ``only``: a condition on the product ``p``, or an empty text for the whole catalogue.
"""

from __future__ import annotations

import logging
from decimal import Decimal

from django.db import connection
from oscar.core.loading import get_model

from shopflow.parts.models import Brand, PartRecord, PartReference, PartSuccession
from shopflow.parts.numbers import MAX_LENGTH
from shopflow.storefront.models import NO_PRICE, WHOLE_CATALOGUE
from shopflow.storefront.queries.words import fold_sql, number_key_sql
from shopflow.tax.exceptions import NoRate
from shopflow.tax.models import ProductTax, TaxClass
from shopflow.tax.queries import Situation

logger = logging.getLogger("shopflow.storefront")

BODY_LENGTH = 2000
"""Characters of a description that are searched."""


def _table(app: str, model: str) -> str:
    return str(get_model(app, model)._meta.db_table)


def source_tables() -> list[str]:
    """The tables that everything here is computed from."""
    oscar = [("catalogue", name) for name in ("Product", "Category", "ProductCategory", "ProductClass")]
    ours = [Brand, PartRecord, PartReference, PartSuccession, ProductTax]
    return [_table(*name) for name in [*oscar, ("partner", "StockRecord")]] + [model._meta.db_table for model in ours]


def _with_variants(only: str) -> str:
    """``only`` for products and their variants, in a form that uses both indexes."""
    return f"(({only} AND p.parent_id IS NULL) OR {only.replace('p.id', 'p.parent_id')})"


def members_sql(only: str = "") -> str:
    """Which product stands on which shelf: rows ``(shelf, product_id)``."""
    product, category = _table("catalogue", "Product"), _table("catalogue", "Category")
    link = _table("catalogue", "ProductCategory")
    narrowed = f" AND {only}" if only else ""
    return f"""
        SELECT {WHOLE_CATALOGUE} AS shelf, p.id AS product_id
        FROM {product} p WHERE p.is_public AND p.parent_id IS NULL{narrowed}
        UNION
        SELECT above.id AS shelf, p.id AS product_id
        FROM {product} p
        JOIN {link} link ON link.product_id = p.id
        JOIN {category} c ON c.id = link.category_id AND c.is_public AND c.ancestors_are_public
        JOIN {category} above ON above.path = substr(c.path, 1, length(above.path))
        WHERE p.is_public AND p.parent_id IS NULL{narrowed}
    """


def offers_sql(only: str = "") -> str:
    """Price and availability per browsable product; a parent takes its cheapest public child that can be
    bought, as the strategy does.

    Rows ``(product_id, price_cents, is_available)``; a product's offer is its first stock record, as the strategy
    takes it, and its price includes VAT, rounded half up to the cent.
    """
    product, stock = _table("catalogue", "Product"), _table("partner", "StockRecord")
    product_class = _table("catalogue", "ProductClass")
    narrowed = f" AND {_with_variants(only)}" if only else ""
    return f"""
        SELECT product_id, MAX(is_available) AS is_available,
               COALESCE(MIN(CASE WHEN is_available = 1 THEN cents END), MIN(cents)) AS price_cents
        FROM (
            SELECT COALESCE(p.parent_id, p.id) AS product_id,
                   CASE WHEN s.price IS NULL THEN {NO_PRICE} ELSE {_gross_cents_sql()} END AS cents,
                   CASE WHEN NOT cls.track_stock OR COALESCE(s.num_in_stock, 0) > COALESCE(s.num_allocated, 0)
                        THEN 1 ELSE 0 END AS is_available
            FROM {product} p
            LEFT JOIN {product} parent ON parent.id = p.parent_id
            JOIN {product_class} cls ON cls.id = COALESCE(p.product_class_id, parent.product_class_id)
            JOIN {stock} s ON s.id = (SELECT MIN(first.id) FROM {stock} first WHERE first.product_id = p.id)
            LEFT JOIN {ProductTax._meta.db_table} tax ON tax.product_id = p.id
            WHERE p.is_public{narrowed}
        ) offer GROUP BY product_id
    """


def _gross_cents_sql() -> str:
    """Whole cents including VAT: integers only, so that both databases round half up alike."""
    net = "CAST(ROUND(s.price * 100) AS BIGINT)"
    whens = [
        f"WHEN COALESCE(tax.tax_class, '{TaxClass.STANDARD.value}') = '{tax_class}' "
        f"THEN ({net} * {10_000 + points} + 5000) / 10000"
        for tax_class, points in _basis_points().items()
    ]
    return f"CASE {' '.join(whens)} ELSE {NO_PRICE} END" if whens else str(NO_PRICE)


def _basis_points() -> dict[str, int]:
    """The rate of each tax class on the shelf, in hundredths of a percent; classes without a rate are left out."""
    situation = Situation()
    found = {}
    for tax_class in TaxClass.values:
        try:
            found[tax_class] = int((situation.shelf_rate(tax_class) * Decimal(10_000)).to_integral_value())
        except NoRate as error:
            logger.warning("Products of the tax class “%s” are listed without a price: %s", tax_class, error)
    return found


def entries_sql(only: str = "") -> str:
    """The rows of ``ListingEntry``; what depends on the product alone is computed once, not once per shelf."""
    product = _table("catalogue", "Product")
    available = "COALESCE(o.is_available, 0) = 1"
    return f"""
        WITH offers AS ({offers_sql(only)}),
        listed AS MATERIALIZED (
            SELECT p.id, p.date_created, substr(trim({fold_sql("p.title")}), 1, 80) AS title_key,
                   COALESCE(o.price_cents, {NO_PRICE}) AS price_cents, {available} AS is_available,
                   COALESCE(brand.name, '') AS brand
            FROM {product} p
            LEFT JOIN offers o ON o.product_id = p.id
            LEFT JOIN {PartRecord._meta.db_table} part ON part.product_id = p.id
            LEFT JOIN {Brand._meta.db_table} brand ON brand.id = part.brand_id
            WHERE p.is_public AND p.parent_id IS NULL{f" AND {only}" if only else ""}
        )
        SELECT m.shelf, m.product_id, listed.date_created AS newest, listed.title_key, listed.price_cents,
               listed.is_available, listed.brand
        FROM ({members_sql(only)}) m JOIN listed ON listed.id = m.product_id
    """


def documents_sql(only: str = "") -> str:
    """The rows of ``SearchDocument``."""
    product, category = _table("catalogue", "Product"), _table("catalogue", "Category")
    link = _table("catalogue", "ProductCategory")
    joined = "string_agg(c.name, ' ')" if connection.vendor == "postgresql" else "group_concat(c.name, ' ')"
    title = "p.title || ' ' || COALESCE(brand.name, '') || ' ' || COALESCE(p.upc, '')"
    body = f"""COALESCE((SELECT {joined} FROM {link} link JOIN {category} c ON c.id = link.category_id
                         WHERE link.product_id = p.id), '') || ' ' || substr(p.description, 1, {BODY_LENGTH})"""
    return f"""
        SELECT p.id AS product_id, trim({fold_sql(title)}) AS title, trim({fold_sql(f"({body})")}) AS body
        FROM {product} p
        LEFT JOIN {PartRecord._meta.db_table} part ON part.product_id = p.id
        LEFT JOIN {Brand._meta.db_table} brand ON brand.id = part.brand_id
        WHERE p.is_public AND p.parent_id IS NULL{f" AND {only}" if only else ""}
    """


def numbers_sql(only: str = "") -> str:
    """The rows ``(product_id, key, kind)`` of ``SearchNumber``; a number that is its own and a reference is own.

    A part answers to the numbers of the parts that it replaces."""
    product, stock = _table("catalogue", "Product"), _table("partner", "StockRecord")
    part, reference = PartRecord._meta.db_table, PartReference._meta.db_table
    narrowed = f" AND {_with_variants(only)}" if only else ""
    join_part = f"JOIN {part} part ON part.product_id = p.id"
    join_reference = f"{join_part} JOIN {reference} ref ON ref.part_id = part.id"
    join_predecessor = (
        f"{join_part} JOIN {PartSuccession._meta.db_table} follows ON follows.successor_id = part.id "
        f"JOIN {part} old ON old.id = follows.part_id"
    )
    finds = [
        (number_key_sql("p.upc"), "'own'", ""),
        (number_key_sql("s.partner_sku"), "'own'", f"JOIN {stock} s ON s.product_id = p.id"),
        ("part.number_key", "'own'", join_part),
        (number_key_sql("part.number_display"), "'own'", join_part),
        ("old.number_key", "'former'", join_predecessor),
        (number_key_sql("old.number_display"), "'former'", join_predecessor),
        ("ref.number_key", "ref.kind", join_reference),
        (number_key_sql("ref.number_display"), "ref.kind", join_reference),
    ]
    selects = [
        f"""SELECT COALESCE(p.parent_id, p.id) AS product_id, substr({key}, 1, {MAX_LENGTH}) AS key, {kind} AS kind
            FROM {product} p LEFT JOIN {product} parent ON parent.id = p.parent_id {join}
            WHERE p.is_public AND (p.parent_id IS NULL OR parent.is_public){narrowed}"""
        for key, kind, join in finds
    ]
    first_kind = "CASE WHEN MAX(CASE WHEN kind = 'own' THEN 1 ELSE 0 END) = 1 THEN 'own' ELSE MIN(kind) END"
    return f"""
        SELECT product_id, key, {first_kind} AS kind FROM ({" UNION ALL ".join(selects)}) found
        WHERE key <> '' GROUP BY product_id, key
    """
