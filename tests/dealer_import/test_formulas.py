"""Whatever leaves the shop as a table, no cell of it runs in a spreadsheet (P20)."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from oscar.core.loading import get_model

from dealer_import.exports.escaping import harmless
from dealer_import.models import Supplier
from shopflow.parts.models import Brand

pytestmark = pytest.mark.django_db

Product = get_model("catalogue", "Product")
EVIL = "=HYPERLINK(1)"


def test_p20_no_table_that_staff_take_along_runs_a_formula(client, django_user_model, bring_in, export):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    first, *rest = export.good
    bring_in(export.write(export.good))
    dear = first.replace(b";27,65;", b";28,65;")
    broken = rest[0].replace(rest[0].split(b";")[2], EVIL.encode()).replace(b"STK", b"=X").replace(b"SATZ", b"=X")
    run = bring_in(export.write([dear, broken, *rest[1:-1]], stamp="22.11.2026 05:30")).run
    Product.objects.update(title=EVIL)
    supplier = Supplier.objects.create(name="Nord", threshold=900, target=999)
    supplier.brands.set(Brand.objects.all())
    tables = [
        reverse("shopflow-staff:import-findings", args=[run]),
        reverse("shopflow-staff:import-errors", args=[run, "csv"]),
        reverse("shopflow-staff:import-changes-csv", args=[run, "preise"]),
        reverse("shopflow-staff:import-changes-csv", args=[run, "ausgeblendet"]),
        reverse("shopflow-staff:import-supplier-csv", args=[supplier.pk]),
        reverse("shopflow-staff:import-catalogue-file", args=["csv"]),
    ]
    for address in tables:
        text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        assert len(cells) > 3, address
        assert [cell for cell in cells if harmless(cell) != cell] == [], address
        if address != tables[0]:
            assert f"'{EVIL}" in text, address
