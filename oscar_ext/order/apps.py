from oscar.apps.order.apps import OrderConfig as OscarOrderConfig


class OrderConfig(OscarOrderConfig):
    name = "oscar_ext.order"

    def ready(self) -> None:
        super().ready()
        from oscar_ext.order import extensions  # noqa: F401
