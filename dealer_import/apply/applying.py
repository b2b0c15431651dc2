from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from dealer_import.apply import categories, extras, gtins, keys, owners, pictures, prices, products, stock, undo
from dealer_import.apply.differing import what_differs
from dealer_import.apply.filling import Filling
from dealer_import.apply.laying_out import LaidOut, any_price_comes_or_goes, lay_out
from dealer_import.apply.statistics import refresh_statistics
from dealer_import.diff import Difference
from dealer_import.findings import Finding
from dealer_import.laid_out import LAID_OUT, SOLD
from dealer_import.scope import Scope
from dealer_import.staging import Staging
from dealer_import.unchanged import NO_STOCK, REFERENCES
from shopflow.core import clock
from shopflow.core.jobs import enqueue
from shopflow.parts import services as parts
from shopflow.parts.models import PartRecord
from shopflow.parts.services.sql import differs, execute

RECORD = PartRecord._meta.db_table
MEDIA = frozenset(["image", "images", "document", "documents"])
"""Fields that name files of the dealer's folder."""
FEW = 10
"""Up to every eleventh part is looked up by its key; beyond that the whole table is read."""


@dataclass
class Applying:
    """Writing one staged difference; ``step`` is told the name of each stretch of work before it begins."""

    staging: Staging
    difference: Difference
    scope: Scope
    run_id: int | None
    stamp: datetime | None = None
    step: Callable[[str], None] = lambda name: None
    findings: list[Finding] = field(default_factory=list)

    def run(self) -> list[Finding]:
        """Write everything that differs; must run inside a transaction. Returns what could not be written and why.

        Rows that have not changed are not touched, and no signal is sent: slugs, dates, public flags and the category
        view are set here, and one event announces the whole.
        """
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("An import is applied in one transaction.")
        self.names, self.provided = self.staging.tables, self.scope.provided
        self.at = connection.ops.adapt_datetimefield_value(clock.now())
        self.partner = stock.partner(self.scope.partner_code)
        _check_keys("IMMEDIATE")
        self.moved = parts.Moved.TRADE if self.difference.trade_only else parts.Moved.ANYTHING
        self.filling = Filling(self.names, self.difference, self.provided)
        if self.difference.created:
            self._create()
        self._change()
        if self.difference.touched:
            self.findings += pictures.missing_pictures(self.names, self.provided, self.staging.profile.label)
            if self.provided & MEDIA:
                enqueue("dealer_import.attach_media")
            wrote = self.difference
            if wrote.touched == wrote.created and not wrote.moves_gtins:
                self.moved = parts.Moved.EVERYTHING
            refresh_statistics(
                created=wrote.created, touched=wrote.touched, unchanged=wrote.unchanged, moved=self.moved
            )
            self._announce()
        _check_keys("DEFERRED")
        return self.findings

    def _create(self) -> None:
        self.step("products")
        parts.add_brands(stage=self.names)
        if "category" in self.provided:
            everything_is_new = self.difference.created == self.staging.rows
            categories.ensure_categories(self.names, all_named=everything_is_new)
        keys.give_out(self.names)
        moves_gtins = self.difference.moves_gtins
        products.insert(self.names, product_class_id=products.part_class().pk, at=self.at, moves_gtins=moves_gtins)
        self.step("parts")
        parts.insert_records(stage=self.names, source=self.scope.source, run_id=self.run_id)
        self.step("stock")
        stock.insert(self.names, partner_id=self.partner.pk, at=self.at)
        if "category" in self.provided:
            self.step("categories")
            categories.link_new(self.names)
        self.step("indexes")
        self.filling.parts_done()

    def _change(self) -> None:
        if self.difference.changed and not self.difference.created and "category" in self.provided:
            categories.ensure_categories(self.names)
        if NO_STOCK in self.difference.differing:
            stock.insert(self.names, partner_id=self.partner.pk, at=self.at, kind="changed")
        self.extras = extras.ExtraFields(self.names, self.scope)
        self.extras.prepare()
        moves_gtins = self.difference.moves_gtins
        writes = bool(self.difference.changed or self.difference.hidden or moves_gtins)
        if writes:
            self.step("undo")
            self._keep()
        if self.difference.changed:
            self._update()
        if moves_gtins and self.difference.created:
            gtins.give_to_new(self.names, at=self.at)
        self.step("relations")
        if self.scope.creates:
            parts.remember_unchanged(stage=self.names)
        self._relations()
        if "tax" in self.provided or "core_taxed" in self.extras.fields:
            parts.align_tax_classes(stage=self.names)
        self._miss()
        if writes:
            self.step("undo")
            self.before.log_changes(self.logged)
        self.extras.done()

    def _keep(self) -> None:
        """Keep what will be written over, as it is; then free the GTINs that parts out of the range give up."""
        told, fields = self.difference.differing, self.extras.fields
        self.differing = what_differs(self.names, self.provided, told) if self.difference.changed else frozenset()
        givers = None
        if self.difference.moves_gtins:
            givers, self.differing = gtins.Givers(self.names, self.scope), self.differing | {"gtin"}
        columns = undo.columns_of(told, self.differing, fields, hides=bool(self.difference.hidden))
        self.before = undo.Before(self.names, partner_id=self.partner.pk, run_id=self.run_id, columns=columns)
        self.logged = undo.relations_of(self.staging, self.provided, self.differing, fields)
        self.before.keep(self.logged, givers.table if givers is not None else "")
        if givers is not None:
            givers.give_up(run_id=self.run_id, at=self.at)

    def _update(self) -> None:
        names, at, differing, told = self.names, self.at, self.differing, self.difference.differing
        kept = owners.kept_fields(names, self.scope, differing)
        self.findings += owners.locked_findings(names, kept, partner_id=self.partner.pk)
        owners.note_edits(names, self.scope, kept, at=at)
        if self.staging.has_waiting_prices and "list_price" in self.provided:
            kept = kept.with_column("list_price_cents", "list_price", "s.price_waits = 1")
        laid_out = self._sell(kept.sql)
        self.step("products")
        products.update(names, differing=differing, kept=kept.sql, at=at)
        if "category" in differing:
            categories.move(names, kept=kept.sql)
        self.step("parts")
        parts.update_records(
            stage=names,
            provided=self.provided,
            source=self.scope.source if self.scope.hides_missing else None,
            run_id=self.run_id,
            differing=told,
            kept=kept.sql,
            whole=self.scope.creates,
        )
        if self.staging.trade_rows:
            self._update_trade(laid_out)
        if self.difference.trade_only and not any_price_comes_or_goes(laid_out, told):
            self.moved = parts.Moved.AMOUNTS
        self.before.log_laid_out(laid_out)
        laid_out.drop()

    def _sell(self, kept: Mapping[str, str]) -> LaidOut:
        """Lay out price and stock, and write what stock records and price history need of them."""
        self.step("prices")
        told, partner_id = self.difference.differing, self.partner.pk
        settles = self.stamp is not None and "stock" in self.provided
        allocated = stock.allocated(self.names, partner_id=partner_id) if settles else []
        laid_out = lay_out(self.staging, partner_id=partner_id, fields=told, kept=kept)
        stock.update(laid_out, fields=told, at=self.at)
        if "price" in told:
            prices.record(laid_out, at=self.at, run_id=self.run_id)
        if self.stamp is not None:
            stock.settle_allocations(allocated, stamp=self.stamp)
        return laid_out

    def _update_trade(self, laid_out: LaidOut) -> None:
        """Write the part data of parts that are told by price and stock alone."""
        told = self.difference.differing
        fields = [field for field in LAID_OUT if field in told and field not in SOLD]

        def write(only: str) -> int:
            rows = laid_out.name
            return parts.update_trade(rows=rows, fields=fields, run_id=self.run_id, differing=told, only=only)

        if not laid_out.since_planning:
            write("TRUE")
        elif write("r.xmin = s.part_version") != laid_out.count("kind = 'trade'"):
            run = "NULL" if self.run_id is None else str(int(self.run_id))
            others = f"({differs('r.row_hash', 's.row_hash')} OR {differs('r.changed_by_run', run)})"
            laid_out.parts_again(
                f"""q.line IN (SELECT s.line FROM {laid_out.name} s
                    LEFT JOIN {RECORD} r ON r.id = s.part_id WHERE s.kind = 'trade' AND {others})"""
            )
            write(others)

    def _relations(self) -> None:
        owners.claim(self.names, self.scope, at=self.at)
        for name, kind in REFERENCES.items():
            if name in self.provided:
                parts.merge_references(stage=self.names, kind=kind, bare=self.filling.bare)
        if "fitment" in self.provided:
            parts.merge_fitments(stage=self.names, bare=self.filling.bare)
        self.filling.relations_done()
        if "successor" in self.provided:
            parts.merge_successions(stage=self.names)
        if "list_price" in self.provided:
            prices.schedule(self.staging, self.scope, run_id=self.run_id)
        self.findings += self.extras.write(rule=self.staging.rule, run_id=self.run_id, at=self.at)
        if self.difference.created:
            self.extras.relate_to_new(self.run_id)

    def _miss(self) -> None:
        if self.difference.absent:
            self.step("hiding")
            undo.log_missed(self.names, self.run_id)
            products.hide_missing(
                self.names,
                run_id=self.run_id,
                at=self.at,
                keep_visible=self.scope.keeps_missing_visible,
                partner_id=self.partner.pk,
            )
        if self.scope.hides_missing and self.scope.missing_after > 1:
            parts.forgive_missed(stage=self.names, source=self.scope.source)
        if self.difference.named_again:
            parts.forgive_named(part_ids=self.difference.named_again)

    def _announce(self) -> None:
        if getattr(settings, "OSCAR_CATALOGUE_USE_POSTGRES_MATERIALISED_VIEWS", False):
            execute("REFRESH MATERIALIZED VIEW catalogue_product_category_hierarchy")
        wrote = self.difference
        parts.announce_change(
            run_id=self.run_id,
            changed=wrote.touched,
            stage=self.names if wrote.touched * FEW < wrote.unchanged else None,
            moved=self.moved,
        )


def _check_keys(when: str) -> None:
    """Foreign keys are checked after each statement, while their pages are at hand; a million checks that wait for the
    commit take a gigabyte."""
    if connection.vendor == "postgresql":
        execute(f"SET CONSTRAINTS ALL {when}")
