"""Staff forms that stand in one page several times: Oscar's, but rows that say the same twice are refused."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from oscar.apps.dashboard.catalogue import formsets as stock
from oscar.apps.dashboard.catalogue.formsets import *  # noqa: F403


class StockRecordFormSet(stock.StockRecordFormSet):
    """Oscar's leaves it to the database to find two records of one seller, or with one number."""

    def clean(self) -> None:
        super().clean()
        self.validate_unique()

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        if set(unique_check) == {"product", "partner"}:
            return _("A seller has one stock record of a product. Change the one that is there.")
        return str(super().get_unique_error_message(unique_check))
