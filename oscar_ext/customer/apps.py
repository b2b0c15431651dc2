from oscar.apps.customer.apps import CustomerConfig as OscarCustomerConfig


class CustomerConfig(OscarCustomerConfig):
    name = "oscar_ext.customer"

    def ready(self) -> None:
        super().ready()
        from oscar_ext.customer import events  # noqa: F401
