from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class AutomationsConfig(PluginConfig):
    name = "shopflow.automations"
    label = "shopflow_automations"
    verbose_name = _("Automations")
