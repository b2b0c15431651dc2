"""What the importer lends to automations: held imports, and what to reorder. All of it is for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

from dealer_import.models import LowStock
from dealer_import.queries.stopped import is_stopped
from dealer_import.services.watching_stock import send_reorder_digest
from shopflow.contracts.automations import (
    Action,
    Condition,
    Flow,
    FlowDefinition,
    Outcome,
    RunContext,
    Verdict,
    actions,
    conditions,
    flows,
)
from shopflow.contracts.desk import TaskKind, task_kinds
from shopflow.contracts.types import JSONDict


@task_kinds.register
class Reorder(TaskKind):
    code = "reorder"
    label = _("Reorder")
    icon = "package-plus"


@conditions.register
class ImportStillStopped(Condition):
    """A run of the source waits for a decision, or its last one has failed."""

    code = "import_still_stopped"
    label = _("the import still stands still")
    description = _("Asks whether the import still waits for a decision or its last run has failed.")
    needs = frozenset({"source"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        if is_stopped(context.text("source")):
            return Verdict(True, _("A held run waits for a decision, or the last run has failed."))
        return Verdict(False, _("Nothing waits for a decision, and the last run went well."))


@conditions.register
class StockStillLow(Condition):
    """Parts of the supplier were below their threshold at the last look."""

    code = "stock_still_low"
    label = _("parts of the supplier are still low in stock")
    description = _("Asks whether parts of the supplier were too low in stock at the last look.")
    needs = frozenset({"supplier_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        count = LowStock.objects.filter(supplier_id=context.integer("supplier_id")).count()
        return Verdict(bool(count), _("%(count)s parts are below their threshold.") % {"count": count})


@actions.register
class SendReorderDigest(Action):
    """One mail a day to staff with the proposals for all suppliers, whatever asks for it first."""

    code = "send_reorder_digest"
    label = _("tell the staff what to reorder")
    description = _("Sends the staff one mail a day with what to order from the suppliers.")
    transactional = True

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        if context.dry_run:
            return Outcome.done("would_send")
        day = context.now.astimezone(ZoneInfo(django_settings.TIME_ZONE)).date()
        if count := send_reorder_digest(day=day):
            return Outcome.done("mail_queued", _("The proposals for %(count)s suppliers were sent.") % {"count": count})
        return Outcome.skipped("nothing_low", _("Nothing is to be reordered any more."))


def _note(step: str, subject: str, text: str, *, recheck: str) -> JSONDict:
    return {
        "id": step,
        "kind": "action",
        "action": "notify_staff",
        "settings": {"subject": subject, "text": text},
        "recheck": [{"condition": recheck}],
    }


@flows.register
class ImportGuardFlow(Flow):
    code = "import_guard"
    label = _("Import guard")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Gives staff a task as soon as an import is held or fails, and reminds the shop's owner on the next "
                "working day and two working days later. The mail at once comes from the importer itself."
            ),
            reason=_(
                "Nothing leaves the house, so no consent is needed. A held file shows old prices until somebody "
                "decides, and a price that is no longer true misleads customers (§ 5 UWG, § 3 PAngV); that is why "
                "staff are pressed."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "import_stopped"},
                "entry_key": "source:{source}",
                "reentry": {"mode": "after_exit"},
                "exits": [{"event": "import_settled", "match": ["source"], "as": "goal_reached"}],
                "steps": [
                    {
                        "id": "task",
                        "kind": "action",
                        "action": "open_staff_task",
                        "settings": {
                            "kind": "held_import",
                            "title": "Import {source}: {file_name} ansehen",
                            "text": "Der Lauf wurde angehalten oder ist gescheitert. Nichts davon steht im Shop. "
                            "Sehen Sie die Meldungen an, und geben Sie den Lauf frei oder verwerfen Sie ihn.",
                            "working_days": 1,
                            "about": "import:{source}",
                        },
                        "recheck": [{"condition": "import_still_stopped"}],
                    },
                    {"id": "next_day", "kind": "wait", "for": {"workdays": 1}, "at": "09:00"},
                    _note(
                        "first_note",
                        "Import {source} steht seit gestern",
                        "Die Datei {file_name} wurde angehalten oder ist gescheitert, und noch niemand hat "
                        "entschieden. Der Shop zeigt so lange die Preise und Bestände von vorher.",
                        recheck="import_still_stopped",
                    ),
                    {"id": "two_days", "kind": "wait", "for": {"workdays": 2}},
                    _note(
                        "second_note",
                        "Import {source} steht seit drei Werktagen",
                        "Über die Datei {file_name} hat noch niemand entschieden. Preise und Bestände im Shop sind "
                        "so alt wie der letzte Import.",
                        recheck="import_still_stopped",
                    ),
                ],
            },
        )


@flows.register
class ReorderFlow(Flow):
    code = "reorder"
    label = _("Reorder proposal")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Gives staff a task as soon as parts of a supplier run low, mails the proposals of all suppliers at "
                "8 o'clock, and reminds after two working days without an order."
            ),
            reason=_(
                "The proposal goes to staff only and holds no customer's data, so no consent is needed. Nothing is "
                "ordered by itself: an order is a declaration that a person makes (§ 145 BGB)."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "stock_below_threshold"},
                "entry_key": "supplier:{supplier_id}",
                "reentry": {"mode": "after_exit"},
                "exits": [
                    {"event": "supplier_ordered", "match": ["supplier_id"], "as": "goal_reached"},
                    {"event": "stock_recovered", "match": ["supplier_id"], "as": "subject_gone"},
                ],
                "steps": [
                    {
                        "id": "task",
                        "kind": "action",
                        "action": "open_staff_task",
                        "settings": {
                            "kind": "reorder",
                            "title": "Bei {supplier} nachbestellen: {parts} Teile",
                            "text": "Prüfen Sie den Vorschlag, ändern Sie die Mengen, und senden Sie ihn ab.",
                            "working_days": 2,
                            "about": "reorder:{supplier_id}",
                        },
                    },
                    {"id": "morning", "kind": "wait", "until_time": {"at": "08:00", "workdays": True}},
                    {
                        "id": "digest",
                        "kind": "action",
                        "action": "send_reorder_digest",
                        "recheck": [{"condition": "stock_still_low"}],
                    },
                    {"id": "two_days", "kind": "wait", "for": {"workdays": 2}},
                    _note(
                        "escalate",
                        "{supplier}: seit zwei Werktagen nicht nachbestellt",
                        "Der Bestellvorschlag liegt noch da. Fehlende Teile können inzwischen nicht verkauft werden.",
                        recheck="stock_still_low",
                    ),
                    {"id": "rest", "kind": "wait", "for": {"days": 14}},
                ],
            },
        )
