# ruff: noqa: S608 - the SQL is put together from table names, column names and integers only
"""SQL that computes what the derived tables should hold; the same text runs on PostgreSQL and SQLite.

Every function takes ``ids``: what the products' ids must fulfil, such as ``IN (4, 7)``, or an empty text for the whole
catalogue. It is applied to every joined table: no planner carries a condition over a join that is no equality.
"""

from __future__ import annotations

import logging
from decimal import Decimal

from django.db import connection
from oscar.core.loading import get_model

from shopflow.parts.models import Brand, CurrentPart, PartRecord, PartReference
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
    ours = [Brand, PartRecord, PartReference, CurrentPart, ProductTax]
    return [_table(*name) for name in [*oscar, ("partner", "StockRecord")]] + [model._meta.db_table for model in ours]


def _and(column: str, ids: str) -> str:
    return f" AND {column} {ids}" if ids else ""


def members_sql(ids: str = "") -> str:
    """Which product stands on which shelf: rows ``(shelf, product_id)``."""
    product, category = _table("catalogue", "Product"), _table("catalogue", "Category")
    link = _table("catalogue", "ProductCategory")
    return f"""
        SELECT {WHOLE_CATALOGUE} AS shelf, p.id AS product_id
        FROM {product} p WHERE p.is_public AND p.parent_id IS NULL{_and("p.id", ids)}
        UNION
        SELECT above.shelf, p.id AS product_id
        FROM {product} p
        JOIN {link} link ON link.product_id = p.id{_and("link.product_id", ids)}
        JOIN (
            SELECT c.id AS category_id, above.id AS shelf FROM {category} c
            JOIN {category} above ON above.path = substr(c.path, 1, length(above.path))
            WHERE c.is_public AND c.ancestors_are_public
        ) above ON above.category_id = link.category_id
        WHERE p.is_public AND p.parent_id IS NULL{_and("p.id", ids)}
    """


def offers_sql(ids: str = "") -> str:
    """Price and availability per browsable product; a parent takes its cheapest public child that can be
    bought, as the strategy does.

    Rows ``(product_id, price_cents, is_available)``; a product's offer is its first stock record, as the strategy
    takes it, and its price includes VAT, rounded half up to the cent.
    """
    product, stock = _table("catalogue", "Product"), _table("partner", "StockRecord")
    product_class = _table("catalogue", "ProductClass")
    return f"""
        SELECT product_id, MAX(is_available) AS is_available,
               COALESCE(MIN(CASE WHEN is_available = 1 THEN cents END), MIN(cents)) AS price_cents
        FROM (
            SELECT p.product_id,
                   CASE WHEN s.price IS NULL THEN {NO_PRICE} ELSE {_gross_cents_sql()} END AS cents,
                   CASE WHEN s.price IS NOT NULL AND (NOT cls.track_stock
                             OR COALESCE(s.num_in_stock, 0) > COALESCE(s.num_allocated, 0))
                        THEN 1 ELSE 0 END AS is_available
            FROM (
                SELECT p.id, p.id AS product_id, p.product_class_id FROM {product} p
                WHERE p.is_public AND p.parent_id IS NULL{_and("p.id", ids)}
                UNION ALL
                SELECT p.id, p.parent_id, COALESCE(p.product_class_id, parent.product_class_id)
                FROM {product} p JOIN {product} parent ON parent.id = p.parent_id
                WHERE p.is_public AND p.parent_id IS NOT NULL{_and("p.parent_id", ids)}
            ) p
            JOIN {product_class} cls ON cls.id = p.product_class_id
            JOIN {stock} s ON s.product_id = p.id
            LEFT JOIN {ProductTax._meta.db_table} tax ON tax.product_id = p.id
            WHERE NOT EXISTS (SELECT 1 FROM {stock} first WHERE first.product_id = p.id AND first.id < s.id)
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


def entries_sql(ids: str = "") -> str:
    """The rows of ``ListingEntry``; what depends on the product alone is computed once, not once per shelf."""
    product = _table("catalogue", "Product")
    available = "COALESCE(o.is_available, 0) = 1"
    return f"""
        WITH offers AS ({offers_sql(ids)}),
        listed AS MATERIALIZED (
            SELECT p.id, p.date_created, substr({fold_sql("p.title")}, 1, 80) AS title_key,
                   COALESCE(o.price_cents, {NO_PRICE}) AS price_cents, {available} AS is_available,
                   COALESCE(brand.name, '') AS brand
            FROM {product} p
            LEFT JOIN offers o ON o.product_id = p.id
            LEFT JOIN {_part(ids)} part ON part.product_id = p.id
            LEFT JOIN {Brand._meta.db_table} brand ON brand.id = part.brand_id
            WHERE p.is_public AND p.parent_id IS NULL{_and("p.id", ids)}
        )
        SELECT m.shelf, m.product_id, listed.date_created AS newest, listed.title_key, listed.price_cents,
               listed.is_available, listed.brand
        FROM ({members_sql(ids)}) m JOIN listed ON listed.id = m.product_id
    """


def _part(ids: str) -> str:
    table = PartRecord._meta.db_table
    return f"(SELECT product_id, brand_id FROM {table} WHERE product_id {ids})" if ids else table


def browsable_sql(ids: str = "") -> str:
    """The ids of the products that have a document: rows ``(product_id)``."""
    product = _table("catalogue", "Product")
    return f"SELECT p.id AS product_id FROM {product} p WHERE p.is_public AND p.parent_id IS NULL{_and('p.id', ids)}"


def documents_sql(ids: str = "") -> str:
    """The rows of ``SearchDocument``."""
    product, category = _table("catalogue", "Product"), _table("catalogue", "Category")
    link = _table("catalogue", "ProductCategory")
    joined = (
        "string_agg(c.name, ' ' ORDER BY c.id)" if connection.vendor == "postgresql" else "group_concat(c.name, ' ')"
    )
    title = "p.title || ' ' || COALESCE(brand.name, '') || ' ' || COALESCE(p.upc, '')"
    body = f"COALESCE(groups.names, '') || ' ' || substr(p.description, 1, {BODY_LENGTH})"
    return f"""
        SELECT p.id AS product_id, {fold_sql(f"({title})")} AS title, {fold_sql(f"({body})")} AS body
        FROM {product} p
        LEFT JOIN {_part(ids)} part ON part.product_id = p.id
        LEFT JOIN {Brand._meta.db_table} brand ON brand.id = part.brand_id
        LEFT JOIN (
            SELECT link.product_id, {joined} AS names FROM {link} link JOIN {category} c ON c.id = link.category_id
            WHERE TRUE{_and("link.product_id", ids)} GROUP BY link.product_id
        ) groups ON groups.product_id = p.id
        WHERE p.is_public AND p.parent_id IS NULL{_and("p.id", ids)}
    """


def numbers_sql(ids: str = "") -> str:
    """The rows ``(product_id, key, kind)`` of ``SearchNumber``; a number that is its own and a reference is own.

    A part answers to the numbers of the parts that it replaces, and to the numbers that those answered to."""
    product, stock = _table("catalogue", "Product"), _table("partner", "StockRecord")
    part, reference = PartRecord._meta.db_table, PartReference._meta.db_table
    join_part = f"JOIN {part} part ON part.product_id = p.id"
    join_predecessor = (
        f"{join_part} JOIN {CurrentPart._meta.db_table} follows ON follows.current_id = part.id "
        f"JOIN {part} old ON old.id = follows.part_id"
    )
    finds = [
        (["p.upc"], "'own'", ""),
        (["s.partner_sku"], "'own'", f"JOIN {stock} s ON s.product_id = p.id"),
        (["part.number_key", "part.number_display"], "'own'", join_part),
        (["old.number_key", "old.number_display"], "'former'", join_predecessor),
        (["ref.number_key"], "'former'", f"{join_predecessor} JOIN {reference} ref ON ref.part_id = old.id"),
        (
            ["ref.number_key", "ref.number_display"],
            "ref.kind",
            f"{join_part} JOIN {reference} ref ON ref.part_id = part.id",
        ),
    ]
    keys = {
        column: column if column.endswith("_key") else number_key_sql(column)
        for columns, _, _ in finds
        for column in columns
    }
    selects = [
        f"""SELECT p.product_id, substr({keys[column]}, 1, {MAX_LENGTH}) AS key, {kind} AS kind
            FROM shown p {join}"""
        for columns, kind, join in finds
        for column in columns
    ]
    first_kind = """CASE WHEN MAX(CASE WHEN kind = 'own' THEN 1 ELSE 0 END) = 1 THEN 'own'
        ELSE COALESCE(MIN(CASE WHEN kind <> 'former' THEN kind END), 'former') END"""
    return f"""
        WITH shown AS (
            SELECT p.id, p.id AS product_id, p.upc FROM {product} p
            WHERE p.is_public AND p.parent_id IS NULL{_and("p.id", ids)}
            UNION ALL
            SELECT p.id, p.parent_id, p.upc FROM {product} p JOIN {product} parent ON parent.id = p.parent_id
            WHERE p.is_public AND parent.is_public AND p.parent_id IS NOT NULL{_and("p.parent_id", ids)}
        )
        SELECT product_id, key, {first_kind} AS kind FROM ({" UNION ALL ".join(selects)}) found
        WHERE key <> '' GROUP BY product_id, key
    """
