import gc

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """The first of the project's apps: its ``ready`` is called as soon as all models are loaded."""

    name = "shopflow.project.users"
    label = "shopflow_users"
    verbose_name = _("People")

    def ready(self) -> None:
        """The collector works again, but for what has been loaded (see the project's settings)."""
        gc.freeze()
        gc.enable()
