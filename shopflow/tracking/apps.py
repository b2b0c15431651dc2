from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class TrackingConfig(PluginConfig):
    name = "shopflow.tracking"
    label = "shopflow_tracking"
    verbose_name = _("Order tracking")
