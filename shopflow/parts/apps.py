from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class PartsConfig(PluginConfig):
    name = "shopflow.parts"
    label = "shopflow_parts"
    verbose_name = _("Parts")

    def ready(self) -> None:
        super().ready()
        from shopflow.parts import checks  # noqa: F401 - registers the checks
        from shopflow.parts.receivers import connect

        connect()
