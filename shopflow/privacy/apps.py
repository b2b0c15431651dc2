from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class PrivacyConfig(PluginConfig):
    name = "shopflow.privacy"
    label = "shopflow_privacy"
    verbose_name = _("Data protection")
