from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class DummyConfig(PluginConfig):
    name = "shopflow_dummy"
    verbose_name = _("Guest book")
    compatibility = "shopflow>=1.0,<2"
