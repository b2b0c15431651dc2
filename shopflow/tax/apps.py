from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class TaxConfig(PluginConfig):
    name = "shopflow.tax"
    label = "shopflow_tax"
    verbose_name = _("Tax")
