# ruff: noqa: S608 - the SQL is put together from table names only
"""What a part's data say about its VAT, handed on to the tax room."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from shopflow.parts.models import PartRecord
from shopflow.parts.services.merging import Stage
from shopflow.tax.models import ProductTax
from shopflow.tax.rates import EXCHANGE, REDUCED, STANDARD
from shopflow.tax.services import set_tax_class, set_tax_classes

WANTED = f"CASE WHEN r.core_taxed AND r.tax_code = '{STANDARD}' THEN '{EXCHANGE}' ELSE r.tax_code END"
KNOWN = f"COALESCE(t.tax_class, '{STANDARD}')"


def align_tax_classes(*, stage: Stage | None = None, product_ids: Sequence[int] | None = None) -> int:
    """Give parts the tax class that their data name; returns how many got another one.

    Concerns the rows that ``stage`` creates or changes, the products given, or all parts; but for the products given,
    the caller announces the change of the catalogue. A class that part data do
    not know (margin scheme, e-book) was chosen by staff and stays.
    """
    among, params = "", []
    if stage is not None:
        among = f" AND r.id IN (SELECT part_id FROM {stage.plan} WHERE kind IN ('new', 'changed'))"
    elif product_ids is not None:
        among, params = " AND r.product_id = ANY(%s)", [list(product_ids)]
        if connection.vendor != "postgresql":
            among, params = f" AND r.product_id IN ({', '.join(['%s'] * len(product_ids))})", [*product_ids]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT r.product_id, {WANTED} FROM {PartRecord._meta.db_table} r
                LEFT JOIN {ProductTax._meta.db_table} t ON t.product_id = r.product_id
                WHERE {KNOWN} IN ('{STANDARD}', '{REDUCED}', '{EXCHANGE}') AND {KNOWN} <> {WANTED}{among}""",
            params,
        )
        differing = dict(cursor.fetchall())
    if product_ids is None:
        set_tax_classes(differing)
    else:
        for product_id, tax_class in differing.items():
            set_tax_class(product_id=product_id, tax_class=tax_class)
    return len(differing)
