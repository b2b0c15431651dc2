"""The flow “Fitting”: instructions for parts that come with papers, and nothing that advertises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shopflow.contracts.automations import Condition, Flow, FlowDefinition, RunContext, Verdict, conditions, flows
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core.links import absolute
from shopflow.parts.flows import ENDED
from shopflow.parts.models import PartDocument, PartFile, PartRecord

PAPERS = (
    PartDocument.Kind.MANUAL,
    PartDocument.Kind.ABE,
    PartDocument.Kind.EXPERT_REPORT,
    PartDocument.Kind.TYPE_APPROVAL,
)
NOT_SILENT = (PartRecord.Approval.ABE, PartRecord.Approval.EXPERT_REPORT, PartRecord.Approval.PARTIAL)
"""Approvals whose paper must be carried along, or that must be entered (§ 19 (3), (4) StVZO)."""


def _parts(order_id: int) -> QuerySet[PartRecord]:
    return PartRecord.objects.filter(product__line__order_id=order_id).select_related("product").distinct()


def papers_of(order_id: int) -> list[JSONDict]:
    """Title, kind and address of the papers that fitters need of the order's parts, each once."""
    parts = _parts(order_id)
    named = PartFile.objects.filter(part__in=parts, kind="document").values("name")
    wanted = (
        Q(parts__in=parts) | Q(name__in=parts.exclude(document_name="").values("document_name")) | Q(name__in=named)
    )
    found = PartDocument.objects.filter(wanted, kind__in=PAPERS).order_by("kind", "name").distinct()
    return [{"title": str(one), "kind": str(one.get_kind_display()), "url": _address(one)} for one in found]


def _address(paper: PartDocument) -> str:
    """The paper's absolute address; a storage elsewhere names its own."""
    url = str(paper.file.url)
    return url if url.startswith("http") else absolute(url)


@mail_contexts.register
class FittingWords(MailContext):
    """``papers`` with title, kind and url; ``parts`` with title and number; ``needs_papers``: some must be carried."""

    code = "fitting"
    label = _("Papers for fitting")
    needs = frozenset({"order_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        order_id = int(subject["order_id"] or 0)
        parts = _parts(order_id).order_by("pk").annotate(title=F("product__title"))
        return {
            "papers": papers_of(order_id),
            "parts": [{"title": part.title, "number": part.number_display} for part in parts],
            "needs_papers": parts.filter(approval_kind__in=NOT_SILENT).exists(),
        }


@conditions.register
class OrderHasPapers(Condition):
    code = "order_has_papers"
    label = _("there are fitting instructions or approvals for the ordered parts")
    description = _("Asks whether the shop has papers for the ordered parts.")
    needs = frozenset({"order_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        count = len(papers_of(context.integer("order_id")))
        return Verdict(bool(count), _("%(count)s papers belong to the ordered parts.") % {"count": count})


def _mail(template: str) -> JSONDict:
    return {
        "id": template,
        "kind": "action",
        "action": "send_mail",
        "settings": {"template": template, "mail_class": "transactional", "contexts": ["order", "fitting"]},
        "recheck": [{"condition": "order_has_papers"}, {"condition": "no_open_return"}],
        "max_lateness": {"days": 4},
    }


def _day(days: int) -> JSONDict:
    return {"id": f"day_{days}", "kind": "wait", "until": {"days": days}, "at": "10:00", "gap": {"days": 1}}


@flows.register
class FittingFlow(Flow):
    code = "fitting"
    label = _("Fitting")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Sends buyers of parts with fitting instructions or approvals these papers on the day of the delivery, "
                "and after 3, 7 and 14 days what matters before, while and after fitting."
            ),
            reason=_(
                "Instructions belong to the purchase: without them the goods may be defective (§ 434 (2) BGB), and "
                "approvals must be carried along (§ 19 (4) StVZO). The mails hold instructions for the bought parts "
                "only; a single offer in them would make them advertising (BGH VI ZR 134/15)."
            ),
            definition={
                "schema": 2,
                "trigger": {"event": "order_status_changed", "where": {"new_status": ["delivered"]}},
                "entry_key": "order:{order_id}",
                "conditions": [{"condition": "order_has_papers"}],
                "exits": [ENDED, {"event": "withdrawal_declared", "match": ["order_id"], "as": "subject_gone"}],
                "steps": [
                    _mail("fitting_papers"),
                    _day(3),
                    _mail("fitting_before"),
                    _day(7),
                    _mail("fitting_help"),
                    _day(14),
                    _mail("fitting_after"),
                ],
            },
        )
