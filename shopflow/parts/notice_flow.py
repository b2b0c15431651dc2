"""The flow “Safety notice”: told at once, told again until it is acknowledged, and then by letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.contracts.automations import Condition, Flow, FlowDefinition, RunContext, Verdict, conditions, flows
from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.core.links import absolute
from shopflow.parts.models import NoticeReceipt

SALT = "shopflow.parts.notice"


def notice_url(receipt_id: int) -> str:
    """The absolute address of the page on which the buyer confirms having read the notice."""
    return absolute(reverse("parts-notice", args=[signing.dumps(receipt_id, salt=SALT, compress=False)]))


def read_notice_token(token: str) -> int | None:
    """The receipt in a link's token, however old: a recall does not expire. None if it is not ours."""
    try:
        return int(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def notice_words(receipt: NoticeReceipt) -> JSONDict:
    """What mail and page say of a notice, and of the goods in the order that it concerns."""
    notice = receipt.notice
    lines = get_model("order", "Line").objects.filter(order_id=receipt.order_id, product__in=notice.products.all())
    return {
        "notice_kind": str(notice.get_kind_display()),
        "notice_title": notice.title,
        "notice_batch": notice.batch,
        "notice_hazard": notice.hazard,
        "notice_instructions": notice.instructions,
        "notice_remedy": notice.remedy,
        "notice_goods": [
            {"title": line.title, "number": line.upc or line.partner_sku} for line in lines.order_by("pk")
        ],
    }


@mail_contexts.register
class NoticeWords(MailContext):
    """``notice_kind``, ``notice_title``, ``notice_batch``, ``notice_hazard``, ``notice_instructions``,
    ``notice_remedy``, ``notice_goods`` (title, number) and ``notice_url``.
    """

    code = "safety_notice"
    label = _("Safety notice")
    needs = frozenset({"receipt_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        receipt = NoticeReceipt.objects.select_related("notice").get(pk=int(subject["receipt_id"] or 0))
        return {**notice_words(receipt), "notice_url": notice_url(receipt.pk)}


@conditions.register
class NoticeUnread(Condition):
    code = "safety_notice_unread"
    label = _("the buyer has not acknowledged the safety notice")
    description = _("Asks whether the buyer still has to confirm having read the safety notice.")
    needs = frozenset({"receipt_id"})

    def evaluate(self, context: RunContext, settings: Mapping[str, Any]) -> Verdict:
        receipt = NoticeReceipt.objects.filter(pk=context.integer("receipt_id")).first()
        if receipt is None:
            return Verdict(None, _("The notice does not exist any more."))
        if receipt.acknowledged_at is None:
            return Verdict(True, _("Nobody has acknowledged it yet."))
        return Verdict(False, _("The buyer has acknowledged the notice."))


UNREAD: JSONDict = {"condition": "safety_notice_unread"}


def _mail(step: str) -> JSONDict:
    return {
        "id": step,
        "kind": "action",
        "action": "send_mail",
        "settings": {"template": "safety_notice", "mail_class": "legal", "contexts": ["order", "safety_notice"]},
        "recheck": [UNREAD],
    }


@flows.register
class SafetyNoticeFlow(Flow):
    code = "safety_notice"
    label = _("Safety notice")

    def define(self) -> FlowDefinition:
        return FlowDefinition(
            code=self.code,
            label=self.label,
            description=_(
                "Tells everybody who has bought affected goods at once of a recall or safety warning, again after 3 "
                "and 10 days until they acknowledge it, and then asks staff for a letter."
            ),
            reason=_(
                "Sellers who know their buyers must tell them of a recall directly and without delay (Art. 35 GPSR); "
                "consent is not asked for, and who has unsubscribed from advertising is told all the same "
                "(Art. 6 (1) c GDPR). The words are those that Art. 36 demands: nothing in them plays the danger down."
            ),
            enabled=True,
            definition={
                "schema": 2,
                "trigger": {"event": "safety_notice"},
                "entry_key": "notice:{receipt_id}",
                "priority": 100,
                "exits": [{"event": "safety_notice_acknowledged", "match": ["receipt_id"], "as": "goal_reached"}],
                "steps": [
                    _mail("first"),
                    {"id": "three_days", "kind": "wait", "for": {"days": 3}},
                    _mail("second"),
                    {"id": "week", "kind": "wait", "for": {"days": 7}},
                    _mail("third"),
                    {"id": "last_week", "kind": "wait", "for": {"days": 7}},
                    {
                        "id": "letter",
                        "kind": "action",
                        "action": "open_staff_task",
                        "settings": {
                            "kind": "statutory_deadline",
                            "title": "Sicherheitshinweis: Brief zu Bestellung {order_number}",
                            "text": "Drei E-Mails blieben unbestätigt. Schicken Sie den Hinweis per Post an die "
                            "Adresse der Bestellung, oder rufen Sie an.",
                            "working_days": 2,
                            "about": "safety_notice:{receipt_id}",
                        },
                        "recheck": [UNREAD],
                    },
                ],
            },
        )
