"""``python -m benchmarks.documents [COUNT]``: what an invoice costs beside WeasyPrint alone with the same HTML.

One guest buys one thing; its invoice is rendered over and over. Bare: ``write_pdf`` of the finished HTML with one
shared font configuration. Ours: the template with the order's content as well. “variable” is bare in the package's
variable font instead of a file for each weight. Processor time, the middle of COUNT renderings by turns; the memory
that COUNT more of ours take comes after them. Needs no server: SQLite in a temporary folder.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any


def main(count: int) -> int:
    with tempfile.TemporaryDirectory(prefix="shopflow-documents-") as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3",
            "SHOPFLOW_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        }
        import django

        django.setup()
        from django.test.utils import setup_test_environment

        _fill()
        setup_test_environment()
        measure(_an_invoice(), count)
    return 0


def _fill() -> None:
    from django.core.management import call_command

    from benchmarks import measuring
    from shopflow.core.models import Seller

    call_command("migrate", "--no-input", verbosity=0)
    measuring._make_country()
    measuring._fill("shopflow", 20)
    measuring._make_seller()
    Seller.objects.update(street="Musterstraße 1", postcode="12345", city="Musterstadt", vat_id="DE123456788")


def _an_invoice() -> dict[str, Any]:
    from oscar.core.loading import get_model

    from benchmarks import measuring, orders
    from shopflow.contracts.documents import document_types

    orders.buy(measuring._buyable()[0])
    order = get_model("order", "Order").objects.get()
    return {**document_types.get("invoice").content(order.pk), "number": "RE-2026-00001", "issued_on": "2026-11-22"}


def measure(content: dict[str, Any], count: int) -> None:
    """Print the processor time of one invoice for each way, their ratios, and the memory that many take."""
    from django.template.loader import render_to_string
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    from shopflow.core import fonts, pdf

    template = "documents/invoice.html"
    variable_face = (fonts.Face(fonts.SOURCE, "normal"),)

    def alone(faces: tuple[fonts.Face, ...]) -> Callable[[], None]:
        html, shared = render_to_string(template, {**content, "font_faces": faces}), FontConfiguration()
        return lambda: HTML(string=html).write_pdf(font_config=shared, pdf_variant="pdf/a-3b", optimize_images=False)

    ways = {
        "bare": alone(fonts.document_faces()),
        "ours": lambda: pdf.render(template, content),
        "variable": alone(variable_face),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(count + 1):
        for name, way in ways.items():
            began = time.process_time()
            way()
            if turn:
                found[name].append(time.process_time() - began)
    took = {name: statistics.median(times) for name, times in found.items()}
    for name, seconds in took.items():
        print(f"{name:9} {seconds * 1000:7.1f} ms   {took['bare'] / seconds:5.2f} of bare")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _number in range(count):
        ways["ours"]()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{count} more of ours: {grown / 1024:.1f} MB more at most")


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
