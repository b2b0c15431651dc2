from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class StorefrontConfig(PluginConfig):
    name = "shopflow.storefront"
    label = "shopflow_storefront"
    verbose_name = _("Storefront")
