"""Oscar's stock records; their new versions touch no index."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractStockRecord


class StockRecord(AbstractStockRecord):
    """Oscar's, but for the index on the day of the last change.

    Nothing asks by that day, and every delivery moves it: with the index each new price would touch all the others.
    """

    date_updated = models.DateTimeField(_("Date updated"), auto_now=True)


from oscar.apps.partner.models import *  # noqa: E402
