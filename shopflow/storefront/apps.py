from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class StorefrontConfig(PluginConfig):
    name = "shopflow.storefront"
    label = "shopflow_storefront"
    verbose_name = _("Storefront")

    def ready(self) -> None:
        super().ready()
        from shopflow.storefront import checks  # noqa: F401 - registers the checks
        from shopflow.storefront.receivers import connect

        connect(self)
