from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class MailingConfig(PluginConfig):
    name = "shopflow.mailing"
    label = "shopflow_mailing"
    verbose_name = _("Mailing")

    def ready(self) -> None:
        super().ready()
        from shopflow.mailing import checks, events, receivers  # noqa: F401
