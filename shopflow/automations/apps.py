from __future__ import annotations

from typing import Any

from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class AutomationsConfig(PluginConfig):
    name = "shopflow.automations"
    label = "shopflow_automations"
    verbose_name = _("Automations")

    def ready(self) -> None:
        super().ready()
        from shopflow.automations import checks  # noqa: F401

        post_migrate.connect(_bring_flows, sender=self)


def _bring_flows(*, using: str, **kwargs: Any) -> None:
    """Bring built-in and plugins' flows in with each migration, so that nobody has to remember a command."""
    from django.db import DEFAULT_DB_ALIAS, connections

    from shopflow.automations.models import FlowVersion
    from shopflow.automations.services import sync_builtin_flows
    from shopflow.core import memo

    if using != DEFAULT_DB_ALIAS:
        return
    if FlowVersion._meta.db_table in connections[using].introspection.table_names() and memo.is_set_up():
        sync_builtin_flows()
