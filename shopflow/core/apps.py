from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class CoreConfig(PluginConfig):
    name = "shopflow.core"
    label = "shopflow_core"
    verbose_name = _("Shopflow core")

    def ready(self) -> None:
        super().ready()
        from shopflow.core import checks, memo  # noqa: F401 - the import registers the checks

        memo.connect(self)
