from __future__ import annotations

import io
import re
from decimal import Decimal as D

import pytest
from django.core.files.storage import storages
from django.utils import timezone, translation
from oscar.core.loading import get_model
from oscar.test.factories import CountryFactory
from pypdf import PdfReader

from shopflow.core import pdf
from shopflow.tax.decisions import Treatment
from shopflow.tax.rates import net_unit_price


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Each test has an empty private storage."""
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": str(tmp_path / "private"), "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


@pytest.fixture(autouse=True)
def _english():
    """Sentences in assertions are the originals, whether or not translations are compiled."""
    with translation.override("en"):
        yield


@pytest.fixture
def country(db):
    def get(code):
        Country = get_model("address", "Country")
        names = {"DE": "Deutschland", "AT": "Österreich"}
        return Country.objects.filter(pk=code).first() or CountryFactory(
            iso_3166_1_a2=code,
            iso_3166_1_a3=code + "X",
            iso_3166_1_numeric=str(sum(map(ord, code))),
            printable_name=names.get(code, code),
            name=names.get(code, code),
        )

    return get


@pytest.fixture
def address(country):
    def make(kind, code="DE", **fields):
        model = get_model("order", f"{kind.title()}Address")
        known = {
            "first_name": "Erika",
            "last_name": "Mustermann",
            "line1": "Heidestraße 17",
            "postcode": "51147",
            "line4": "Köln",
        }
        return model.objects.create(country=country(code), **(known | fields))

    return make


@pytest.fixture
def make_order(db, address):
    """An order as the checkout leaves it. A line is ``(title, quantity, unit gross, tax code[, discount])``."""

    def make(
        *lines,
        number="SF-2026-000123",
        shipping="5.95",
        shipping_tax="domestic:DE:19.00",
        country="DE",
        paid=True,
        method="bank_transfer",
        billing=True,
        **fields,
    ):
        lines = lines or [("Bremsscheibe vorn", 2, "59.50", "domestic:DE:19.00")]
        rows = [(*line, "0.00")[:5] for line in lines]
        total = sum((D(unit) * quantity - D(off) for _, quantity, unit, _, off in rows), D(shipping))
        order = get_model("order", "Order").objects.create(
            number=number,
            currency="EUR",
            total_incl_tax=total,
            total_excl_tax=total,
            shipping_incl_tax=D(shipping),
            shipping_excl_tax=D(shipping),
            shipping_tax_code=shipping_tax,
            billing_address=address("billing", country) if billing else None,
            **({"shipping_method": "Paketversand", "shipping_code": "parcel-de", "status": "new"} | fields),
        )
        for position, (title, quantity, unit, code, off) in enumerate(rows, 1):
            _line(order, position, title, quantity, D(unit), code, D(off))
        kind, _ = get_model("payment", "SourceType").objects.get_or_create(code=method, defaults={"name": method})
        source = order.sources.create(
            source_type=kind, currency="EUR", amount_allocated=total, reference=f"ref-{number}", label="Banküberweisung"
        )
        if paid and total:
            source.debit(total, reference="statement")
        return order

    return make


def _line(order, position, title, quantity, unit, code, off):
    try:
        rate = Treatment.parse(code).rate
    except ValueError:
        rate = D("0.19")
    full = unit * quantity
    order.lines.create(
        partner_name="Autohaus",
        partner_sku=f"A-{position:04d}",
        title=title,
        quantity=quantity,
        num_allocated=quantity,
        unit_price_incl_tax=unit,
        unit_price_excl_tax=net_unit_price(unit, rate),
        line_price_incl_tax=full - off,
        line_price_excl_tax=net_unit_price(full - off, rate),
        line_price_before_discounts_incl_tax=full,
        line_price_before_discounts_excl_tax=net_unit_price(full, rate),
        tax_code=code,
    )


@pytest.fixture
def handed_over():
    def mark(order, when=None):
        change = order.status_changes.create(old_status="in_work", new_status="shipped")
        order.status_changes.filter(pk=change.pk).update(date_created=when or timezone.now())

    return mark


@pytest.fixture
def read_pdf():
    """The stored PDF's pages as text, with every run of blanks as one."""

    def read(document):
        with storages["private"].open(document.pdf) as pdf:
            reader = PdfReader(io.BytesIO(pdf.read()))
        return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]

    return read


@pytest.fixture
def quick(monkeypatch):
    """No real PDF where its looks do not matter."""
    monkeypatch.setattr(pdf, "render", lambda template, content: f"%PDF {content['number']}".encode())
