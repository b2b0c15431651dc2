from typing import Any

from django.db import connection
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class TaxConfig(PluginConfig):
    name = "shopflow.tax"
    label = "shopflow_tax"
    verbose_name = _("Tax")

    def ready(self) -> None:
        super().ready()
        post_migrate.connect(_fill_rates, sender=self)


def _fill_rates(using: str, **_: Any) -> None:
    """A fresh database, however it was made, knows the member states' rates; a filled table is left alone."""
    from shopflow.tax.models import VatRate

    if using != "default" or VatRate._meta.db_table not in connection.introspection.table_names():
        return
    from shopflow.core import memo
    from shopflow.tax.services import load_rates

    if memo.is_set_up():
        load_rates()
