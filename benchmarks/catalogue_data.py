"""Fill a database with N invented products, inside the database: seconds instead of hours.

Every product has a class, a stock record, a category three levels deep, part data with brand and number, and every
fourth an OE number. Works on an empty, migrated database of either kind; sizes up to a million.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from oscar.core.loading import get_model

from shopflow.parts.models import Brand, PartRecord, PartReference
from shopflow.storefront.services import refresh_all
from shopflow.tax.services import load_rates

ROOTS, CHILDREN, LEAVES = 8, 5, 5
NOUNS = [
    "Bremsscheibe",
    "Bremsbelag",
    "Ölfilter",
    "Luftfilter",
    "Stoßdämpfer",
    "Zündkerze",
    "Keilriemen",
    "Wasserpumpe",
    "Scheinwerfer",
    "Spiegelglas",
    "Querlenker",
    "Kupplung",
    "Radlager",
    "Batterie",
    "Wischerblatt",
    "Auspufftopf",
]
WHERE = ["vorn", "hinten", "links", "rechts", "verstärkt", "beschichtet"]
MODELS = ["Kompakt", "Kombi", "Limousine", "Transporter", "Cabrio", "Stadtwagen", "Geländewagen"]


def fill(products: int) -> None:
    """Create ``products`` products and bring listing and search up to date, with the shop's own refresh."""
    load_rates()
    with transaction.atomic():
        class_id = get_model("catalogue", "ProductClass").objects.create(name="Teile", track_stock=True).pk
        partner_id = get_model("partner", "Partner").objects.create(name="Lager").pk
        leaves = _categories()
        brands = [Brand.objects.create(code=f"B{n:02}", name=f"Marke {n:02}").pk for n in range(24)]
        names = {"class_id": class_id, "partner_id": partner_id, "first_leaf": min(leaves), "leaves": len(leaves)}
        names |= {"first_brand": min(brands), "brands": len(brands)}
        for statement in _statements(products):
            with connection.cursor() as cursor:
                cursor.execute(statement, names)
        _reset_sequences()
    refresh_all()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")  # what autovacuum does within minutes


def _categories() -> list[int]:
    """A tree of categories; the leaves' keys follow one another."""
    category = get_model("catalogue", "Category")
    parents = []
    for root in range(ROOTS):
        top = category.add_root(name=f"Bereich {root + 1}")
        parents += [top.add_child(name=f"Gruppe {root + 1}.{child + 1}") for child in range(CHILDREN)]
    leaves = []
    for parent in parents:
        parent.refresh_from_db()
        leaves += [parent.add_child(name=f"{NOUNS[n % len(NOUNS)]}n {parent.name[7:]}").pk for n in range(LEAVES)]
    return leaves


def _statements(products: int) -> list[str]:
    product, stock = _table("catalogue", "Product"), _table("partner", "StockRecord")
    link = _table("catalogue", "ProductCategory")
    numbers, moment = _numbers(products), _moment()
    title = f"{_pick(NOUNS, 'n')} || ' ' || {_pick(WHERE, 'n / 7')} || ' ' || {_pick(MODELS, 'n / 3')} || ' ' || n"
    yes = "TRUE" if connection.vendor == "postgresql" else "1"
    return [
        f"""INSERT INTO {product} (id, structure, is_public, upc, title, slug, description, priority, product_class_id,
                is_discountable, date_created, date_updated)
            SELECT n, 'standalone', {yes}, 'SF' || n, {title}, 'teil-' || n, 'Ersatzteil Nummer ' || n, 0, %(class_id)s,
                {yes}, {moment}, {moment} FROM ({numbers}) numbers""",
        f"""INSERT INTO {stock} (product_id, partner_id, partner_sku, price_currency, price, num_in_stock,
                num_allocated, date_created, date_updated)
            SELECT n, %(partner_id)s, 'SF' || n, 'EUR', 3 + (n * 37 %% 50000) / 100.0, n %% 9, 0, {moment}, {moment}
            FROM ({numbers}) numbers""",
        f"""INSERT INTO {link} (product_id, category_id)
            SELECT n, %(first_leaf)s + n %% %(leaves)s FROM ({numbers}) numbers""",
        f"""INSERT INTO {PartRecord._meta.db_table} (id, product_id, brand_id, {", ".join(_part_columns())})
            SELECT n, n, %(first_brand)s + n %% %(brands)s, {", ".join(_part_values())} FROM ({numbers}) numbers""",
        f"""INSERT INTO {PartReference._meta.db_table} (part_id, kind, brand_code, number_display, number_key)
            SELECT n, 'oe', '', 'OE ' || (700000 + n), 'OE' || (700000 + n) FROM ({numbers}) numbers
            WHERE n %% 4 = 0""",
    ]


def _part_fields() -> dict[str, str]:
    """Columns of the part table that need a value, each with its SQL; defaults are the model's own."""
    set_here = {
        "number_display": "'SF ' || n",
        "number_key": "'SF' || n",
        "list_price_cents": "300 + n * 37 %% 50000",
    }
    columns = {}
    for field in PartRecord._meta.concrete_fields:
        if field.primary_key or field.is_relation or field.null or field.has_db_default():
            continue
        columns[field.column] = set_here.get(field.name) or _literal(field)
    return columns


def _part_columns() -> list[str]:
    return list(_part_fields())


def _part_values() -> list[str]:
    return list(_part_fields().values())


def _literal(field: Any) -> str:
    value = field.get_default()
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE") if connection.vendor == "postgresql" else str(int(value))
    if isinstance(value, dict):
        return "'{}'"
    return str(value) if isinstance(value, int) else f"'{value}'"


def _numbers(count: int) -> str:
    if connection.vendor == "postgresql":
        return f"SELECT n FROM generate_series(1, {count}) AS n"
    return (
        f"WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {count}) "
        "SELECT n FROM counted"
    )


def _moment() -> str:
    """A time of creation; ten products share each, so that ties are measured too."""
    if connection.vendor == "postgresql":
        return "TIMESTAMPTZ '2026-01-01 00:00:00+00' + (n / 10) * INTERVAL '1 second'"
    return "datetime('2026-01-01 00:00:00', '+' || (n / 10) || ' seconds')"


def _pick(words: list[str], number: str) -> str:
    whens = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
    return f"CASE ({number}) %% {len(words)} {whens} END"


def _reset_sequences() -> None:
    """Rows were written with keys of our own; PostgreSQL's sequences must go on behind them."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in (_table("catalogue", "Product"), PartRecord._meta.db_table):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table}")


def _table(app: str, model: str) -> str:
    return str(get_model(app, model)._meta.db_table)
