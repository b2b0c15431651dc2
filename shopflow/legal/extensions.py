"""What the legal room plugs into the sockets: page types, the terms, the confirmation, receipts, staff pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model
from wagtail.signals import page_published

from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.contracts.mail import Attachment, MailContext, mail_contexts
from shopflow.contracts.pages import (
    AttentionNote,
    Audience,
    OrderPanel,
    Panel,
    StaffPage,
    attention_notes,
    order_panels,
    staff_pages,
)
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.legal import events, flows, gates, page_types, personal_data, segments, services, status_flow  # noqa: F401
from shopflow.legal.links import withdraw_url
from shopflow.legal.models import LegalPage, WithdrawalHandling
from shopflow.legal.queries import versions_of_order


def _record_version(sender: type[LegalPage], instance: LegalPage, **kwargs: Any) -> None:
    services.record_version(page=instance)


page_published.connect(_record_version, sender=LegalPage, dispatch_uid="shopflow_legal_record_version")


@subscribers.register
class SendConfirmation(EventSubscriber):
    """The confirmation of the order: a duty of law, so no automation that staff could switch off."""

    code = "legal_order_confirmation"
    label = _("Order confirmation")
    events = frozenset({"order_placed"})

    def handle(self, published: PublishedEvent) -> None:
        services.send_confirmation(order_id=published.event.payload()["order_id"])  # type: ignore[arg-type]


@subscribers.register
class SendWithdrawalReceipt(EventSubscriber):
    code = "legal_withdrawal_receipt"
    label = _("Receipt of a withdrawal")
    events = frozenset({"withdrawal_declared"})

    def handle(self, published: PublishedEvent) -> None:
        services.send_receipt(declaration_id=published.event.payload()["declaration_id"])  # type: ignore[arg-type]


@mail_contexts.register
class WithdrawalMailContext(MailContext):
    """``withdraw_url``: the link that every mail about an order carries. Its files are the order's legal texts."""

    code = "legal"
    label = _("Legal texts")
    needs = frozenset({"order_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        return {"withdraw_url": withdraw_url(get_model("order", "Order").objects.get(pk=subject["order_id"]))}

    def attachments(self, subject: Mapping[str, Scalar]) -> Sequence[Attachment]:
        found = versions_of_order(int(subject["order_id"] or 0))
        return [services.confirmation_attachment(version) for version in found]


@order_panels.register
class LegalPanel(OrderPanel):
    """The texts that belong to the order and the way to withdraw; for staff also what was agreed and declared."""

    code = "legal"
    label = _("Contract")
    position = 800

    def panel(self, *, order_id: int, audience: Audience) -> Panel | None:
        order = get_model("order", "Order").objects.get(pk=order_id)
        context: JSONDict = {"versions": versions_of_order(order_id), "withdraw_url": withdraw_url(order)}
        if audience is Audience.STAFF:
            context |= {
                "agreements": list(order.agreements.order_by("position")),
                "withdrawals": list(order.withdrawals.order_by("-received_at")),
            }
        return Panel(title=self.label, template=f"shopflow/legal/panel_{audience.value}.html", context=context)


@staff_pages.register
class WithdrawalsPage(StaffPage):
    code = "withdrawals"
    label = _("Withdrawals")
    group = _("Orders")
    icon = "undo-2"
    position = 60
    permission = "shopflow_legal.view_withdrawaldeclaration"
    url_name = "withdrawals"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.legal import dashboard

        return [
            path("", dashboard.withdrawals, name="withdrawals"),
            path("neu/", dashboard.record_withdrawal, name="withdrawal-record"),
            path("<int:pk>/", dashboard.withdrawal, name="withdrawal"),
        ]


@attention_notes.register
class OpenWithdrawals(AttentionNote):
    code = "withdrawals_open"
    label = _("withdrawals to decide")
    hint = _("Money must be back within 14 days of the declaration (§ 357 BGB).")
    icon = "undo-2"
    position = 30
    permission = WithdrawalsPage.permission

    def count(self) -> int:
        return WithdrawalHandling.objects.filter(state=WithdrawalHandling.State.OPEN).count()

    def url(self) -> str:
        return f"{reverse('shopflow-staff:withdrawals')}?state={WithdrawalHandling.State.OPEN}"


@staff_pages.register
class LegalTextsPage(StaffPage):
    code = "legal-texts"
    label = _("Legal texts")
    group = _("Content")
    icon = "scale"
    position = 70
    permission = "shopflow_legal.view_legaltextversion"
    url_name = "legal-texts"

    def urlpatterns(self) -> Sequence[URLPattern | URLResolver]:
        from shopflow.legal import dashboard

        return [
            path("", dashboard.legal_texts, name="legal-texts"),
            path("<int:pk>.pdf", dashboard.legal_text_pdf, name="legal-text-pdf"),
        ]
