from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class DeskConfig(PluginConfig):
    name = "shopflow.desk"
    label = "shopflow_desk"
    verbose_name = _("Tasks")
