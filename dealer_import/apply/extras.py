"""Fields that few parts have: who they belong to, what is written of them, and what of that is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from dealer_import.apply import owners
from dealer_import.borrowing import rule_factor
from dealer_import.findings import Finding, Severity
from dealer_import.pricing import PriceRule
from dealer_import.reading import MAX_FINDINGS
from dealer_import.scope import Scope
from shopflow.parts.extra_fields import EXTRAS, MANUFACTURER, RELATIONS, SCALARS
from shopflow.parts.models import PartRecord
from shopflow.parts.services import ExtraWork, Stage
from shopflow.parts.services.sql import differs, execute
from shopflow.parts.tiers import forget_tiers

RECORD = PartRecord._meta.db_table


class ExtraFields:
    """The extra fields of one delivery. Without any nothing is asked and nothing written."""

    def __init__(self, stage: Stage, scope: Scope) -> None:
        self.stage, self.scope = stage, scope
        self.work = ExtraWork(stage, scope.provided)
        self.parts = 0

    def prepare(self) -> None:
        """Find the parts whose delivered fields differ from the last delivery's; their data must be there by now."""
        self.parts = self.work.prepare()

    @property
    def fields(self) -> list[str]:
        """The delivered fields, if any part has another value in one of them."""
        return self.work.fields if self.parts else []

    def write(self, *, rule: PriceRule, run_id: int | None, at: Any) -> list[Finding]:
        """Write what differs, and return what had to stay outside."""
        if not self.parts:
            return []
        kept = self._kept()
        findings = self._note(kept, at)
        self.work.update({field: kept[field] for field in kept if field in SCALARS}, run_id)
        fields = set(self.work.fields)
        for field in ("images", "documents"):
            if field in fields:
                self.work.merge_files(field, kept)
        if "price_tiers" in fields:
            self.work.merge_price_tiers(kept, rule_factor(rule, "r"))
            transaction.on_commit(forget_tiers, robust=True)
        if "vin_patterns" in fields:
            self.work.merge_vin_patterns(kept)
        if "model_patterns" in fields:
            self.work.merge_model_patterns(kept)
        if "manufacturer" in fields:
            self.work.merge_manufacturers(kept)
        for field in RELATIONS.keys() & fields:
            self.work.merge_relations(field, RELATIONS[field], kept)
        return findings

    def relate_to_new(self, run_id: int | None) -> None:
        """Earlier deliveries may have named parts that came only now."""
        if run_id is None:
            return
        for field in sorted(RELATIONS.keys() & set(self.work.fields)):
            self.work.relate_to_new(field, RELATIONS[field], run_id)

    def done(self) -> None:
        self.work.drop()

    def _kept(self) -> Mapping[str, str]:
        """By field: SQL that is true for parts ``r`` of ``w`` whose value is not the delivery's to change."""
        owned, kept = owners.owned_fields(self.stage), {}
        for field in self.work.fields:
            owner = self.scope.owner(field)
            reasons = ["TRUE"] if owner == "locked" else []
            if field in owned and owners.HIGHER[owner]:
                reasons.append(owners.held(field, owners.HIGHER[owner], self.scope.source, part="w.part_id"))
            if owner == "shop_once_edited" and field in SCALARS:
                reasons.append(f"({self.work.is_edited(field)})")
            if reasons:
                kept[field] = f"({' OR '.join(reasons)})"
        for field in MANUFACTURER.keys() & kept.keys():
            kept.setdefault("manufacturer", kept[field])
        return kept

    def _note(self, kept: Mapping[str, str], at: Any) -> list[Finding]:
        """Tell of values that were new and had to stay outside; what staff have edited is the shop's from now on."""
        found = []
        joined = f"{self.work.table} w JOIN {RECORD} r ON r.id = w.part_id"
        for field in sorted(kept):
            if field not in SCALARS or field in MANUFACTURER:
                continue
            other = " OR ".join(differs(self.work.current(key), self.work.value("after", key)) for key in EXTRAS[field])
            where = f"({self.work.is_new(field)}) AND ({other}) AND {kept[field]}"
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT w.line FROM {joined} WHERE {where} ORDER BY w.line LIMIT {MAX_FINDINGS}")
                found += [_locked(line, field) for (line,) in cursor.fetchall()]
            if self.scope.owner(field) == "shop_once_edited":
                execute(
                    f"""INSERT INTO {owners.OWNER} (part_id, field, owner, source, set_at)
                        SELECT w.part_id, '{field}', 'shop', '', %s FROM {joined}
                        WHERE ({self.work.is_new(field)}) AND ({self.work.is_edited(field)})
                        ON CONFLICT (part_id, field) DO NOTHING""",
                    [at],
                )
        return found


def _locked(line: int, field: str) -> Finding:
    hint = _("The shop has its own value here, so the delivered one was not taken.")
    return Finding("field_locked", Severity.WARNING, line, field, "", hint)
