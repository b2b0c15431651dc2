from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    name = "shopflow.project.users"
    label = "shopflow_users"
    verbose_name = _("People")
