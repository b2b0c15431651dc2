from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class DemoConfig(PluginConfig):
    name = "shopflow.project.demo"
    label = "shopflow_demo"
    verbose_name = _("Demo shop")
