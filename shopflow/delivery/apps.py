from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class DeliveryConfig(PluginConfig):
    name = "shopflow.delivery"
    label = "shopflow_delivery"
    verbose_name = _("Delivery")
