"""What the law demands of parts and the shop does not ask for, with ``check --deploy --database default``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shopflow.parts.services import DormantLaw, dormant_laws


@register(Tags.database, deploy=True)
def laws_in_force(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A warning for each demand of the law that is switched off while public parts do not meet it."""
    if not databases:
        return []
    try:
        return [_warning(law) for law in dormant_laws() if law.failing and not law.demand.is_on]
    except DatabaseError:
        return [
            Warning(
                "The demands on parts could not be checked: the database is not migrated.",
                hint="Run manage.py migrate.",
                id="shopflow.parts.W002",
            )
        ]


def _warning(law: DormantLaw) -> CheckMessage:
    asks = law.demand.requirement
    told = ngettext(
        "%(law)s demands “%(label)s”. The demand is switched off, and %(n)s public part does not meet it.",
        "%(law)s demands “%(label)s”. The demand is switched off, and %(n)s public parts do not meet it.",
        law.failing,
    )
    hint = _(
        "%(todo)s Then switch the demand on in the staff area under Catalogue → What is missing → Demands; "
        "with a later day it lists these parts first, and hides them from that day on."
    )
    return Warning(
        told % {"law": asks.law, "label": asks.label, "n": law.failing},
        hint=hint % {"todo": asks.hint},
        id="shopflow.parts.W001",
    )
