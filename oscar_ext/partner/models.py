"""Oscar's stock records: one of each seller for a product, and their new versions touch no index."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractStockRecord


class StockRecord(AbstractStockRecord):
    """Oscar's, but for two indexes, and with at most one of a seller for a product.

    Only the first of them would ever be sold, and a delivery could not tell which one is its own. The constraint finds
    a product's records, too. Nothing asks by the day of the last change, and every delivery moves it: with an index
    each new price would touch all the others.
    """

    product = models.ForeignKey(
        "catalogue.Product",
        on_delete=models.CASCADE,
        related_name="stockrecords",
        verbose_name=_("Product"),
        db_index=False,
    )
    date_updated = models.DateTimeField(_("Date updated"), auto_now=True)

    class Meta(AbstractStockRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["product", "partner"], name="stockrecord_one_a_seller")]


from oscar.apps.partner.models import *  # noqa: E402
