from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class DocumentsConfig(PluginConfig):
    name = "shopflow.documents"
    label = "shopflow_documents"
    verbose_name = _("Documents")
