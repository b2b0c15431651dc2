from typing import Any

from django.db import connection
from django.db.models.signals import post_migrate
from oscar.apps.shipping.apps import ShippingConfig as OscarShippingConfig


class ShippingConfig(OscarShippingConfig):
    name = "oscar_ext.shipping"

    def ready(self) -> None:
        super().ready()
        post_migrate.connect(_offer_parcels, sender=self)


def _offer_parcels(using: str, **_: Any) -> None:
    """A fresh shop delivers within Germany; staff change the price, and decide on other countries themselves."""
    from oscar_ext.shipping.models import ShippingRate

    if using != "default" or ShippingRate._meta.db_table not in connection.introspection.table_names():
        return
    from oscar_ext.shipping.services import load_first_rate
    from shopflow.core import memo

    if memo.is_set_up():
        load_first_rate()
