from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class LegalConfig(PluginConfig):
    name = "shopflow.legal"
    label = "shopflow_legal"
    verbose_name = _("Legal")

    def ready(self) -> None:
        super().ready()
        from shopflow.legal import checks, receivers  # noqa: F401
