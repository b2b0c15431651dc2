from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class AudienceConfig(PluginConfig):
    name = "shopflow.audience"
    label = "shopflow_audience"
    verbose_name = _("Audience")
