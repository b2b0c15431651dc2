"""Who owns each field of a product, for people: what the next import may write, and what it leaves alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dealer_import.apply.owners import EDITABLE
from dealer_import.models import FieldOwner, ImportRun
from dealer_import.profiles import BadProfile, Profile, resolve_profile
from shopflow.parts.models import PartRecord

DMS = "dms"


@dataclass(frozen=True)
class OwnedField:
    """``owner`` is ``dms``, ``shop``, ``pim`` or ``locked``; ``rule`` is what the profile says of the field.

    ``source`` names the delivering system; ``by`` and ``since`` are known for what people or a PIM have claimed.
    """

    field: str
    owner: str
    rule: str
    source: str = ""
    by: str = ""
    since: datetime | None = None

    @property
    def is_written(self) -> bool:
        """Whether the next delivery of the part's own source may change the field."""
        return self.owner == DMS or (self.owner == "shop" and self.rule in (DMS, "pim"))


def field_owners(product_id: int) -> list[OwnedField]:
    """The owner of every field that the part's source delivers, and of every field that is locked; sorted by name.

    Empty for a product that is no part.
    """
    part = PartRecord.objects.select_related("product").filter(product_id=product_id).first()
    if part is None:
        return []
    profile = _profile_of(part)
    rules = {name: column.owner for name, column in profile.columns.items()} if profile else {}
    claimed = {row.field: row for row in FieldOwner.objects.filter(part=part).select_related("set_by")}
    edited = _edited(part)
    return [
        _owned(field, rules.get(field, DMS), claimed.get(field), edited, part) for field in sorted({*rules, *claimed})
    ]


def _owned(field: str, rule: str, row: FieldOwner | None, edited: set[str], part: PartRecord) -> OwnedField:
    if row is not None:
        who = row.set_by.get_username() if row.set_by is not None else ""
        return OwnedField(field, row.owner, rule, row.source or part.source, who, row.set_at)
    if rule == "locked":
        return OwnedField(field, "locked", rule, part.source)
    if field in edited and rule == "shop_once_edited":
        return OwnedField(field, "shop", rule, part.source)
    return OwnedField(field, "pim" if rule == "pim" else DMS, rule, part.source)


def _edited(part: PartRecord) -> set[str]:
    """Fields whose value is not the one last delivered."""
    found = {
        name for name in ("title", "description") if getattr(part.product, name) != getattr(part, f"imported_{name}")
    }
    kept = set(part.product.categories.values_list("pk", flat=True))
    if kept and kept != {part.imported_category_id}:
        found.add("category")
    return found & set(EDITABLE)


def _profile_of(part: PartRecord) -> Profile | None:
    """The profile by which the part's source was last read."""
    run = ImportRun.objects.filter(source=part.source, outcome=ImportRun.Outcome.APPLIED, dry_run=False)
    last = run.exclude(profile_tables={}).first()
    if last is None:
        return None
    try:
        return resolve_profile(last.profile, {last.profile: last.profile_tables})
    except BadProfile:
        return None
