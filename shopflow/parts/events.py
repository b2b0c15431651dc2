from __future__ import annotations

import dataclasses

from django.utils.translation import gettext_lazy as _

from shopflow.contracts.events import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class CatalogueChanged(Event):
    """Many parts changed at once: an import or a mass change was applied.

    ``run_id`` is the import run (null for other changes), ``changed`` how many parts were created, changed or hidden.
    """

    run_id: int | None
    changed: int

    code = "catalogue_changed"
    label = _("catalogue changed")
