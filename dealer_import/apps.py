from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class DealerImportConfig(PluginConfig):
    name = "dealer_import"
    label = "dealer_import"
    verbose_name = _("Dealer import")

    def ready(self) -> None:
        super().ready()
        from dealer_import import receivers

        receivers.connect()
