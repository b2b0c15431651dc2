from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class OrderingConfig(PluginConfig):
    name = "shopflow.ordering"
    label = "shopflow_ordering"
    verbose_name = _("Order taking")

    def ready(self) -> None:
        super().ready()
        from shopflow.ordering import receivers  # noqa: F401
