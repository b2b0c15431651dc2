"""What the documents room plugs into the shop's sockets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from oscar_ext.order.events import OrderPaid, OrderStatusChanged
from oscar_ext.order.links import order_token
from shopflow.contracts.documents import document_types
from shopflow.contracts.events import EventSubscriber, PublishedEvent, subscribers
from shopflow.contracts.mail import Attachment, MailContext, mail_contexts
from shopflow.contracts.pages import Audience, OrderPanel, Panel, StaffPage, order_panels, staff_pages
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.documents import checks, dashboard, events, queries, services  # noqa: F401
from shopflow.documents.invoice import HANDED_OVER, Invoice
from shopflow.documents.links import customer_url
from shopflow.documents.models import DocumentSettings

document_types.register(Invoice)


@subscribers.register
class IssueInvoices(EventSubscriber):
    """Issues the invoice when the money is there, or when the goods go out, as the shop has chosen."""

    code = "documents.invoices"
    label = _("Issue invoices")
    events = frozenset({OrderPaid.code, OrderStatusChanged.code})

    def handle(self, published: PublishedEvent) -> None:
        order = get_model("order", "Order").objects.get(pk=published.event.order_id)  # type: ignore[attr-defined]
        if order.total_incl_tax > 0 and self._is_time(published.event, order):
            services.issue_document(type_code=Invoice.code, order_id=order.pk)

    @staticmethod
    def _is_time(event: Any, order: Any) -> bool:
        if isinstance(event, OrderStatusChanged):
            return event.new_status in HANDED_OVER
        at_payment = queries.settings().issue_when == DocumentSettings.When.PAID
        return at_payment or order.shipping_code == "no-shipping-required"


@mail_contexts.register
class DocumentsMailContext(MailContext):
    """``documents``: label, number and link of each; the PDFs as attachments."""

    code = "documents"
    label = _("Documents")
    needs = frozenset({"order_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        order = get_model("order", "Order").objects.get(pk=subject["order_id"])
        token = order_token(order)
        return {
            "documents": [
                {
                    "label": queries.type_label(document.type_code),
                    "number": document.number,
                    "url": customer_url(document, token=token),
                }
                for document in queries.documents_of(order.pk)
            ]
        }

    def attachments(self, subject: Mapping[str, Scalar]) -> Sequence[Attachment]:
        return [
            Attachment(f"{document.number}.pdf", "application/pdf", document.pdf)
            for document in queries.documents_of(int(subject["order_id"] or 0))
        ]


@order_panels.register
class DocumentsPanel(OrderPanel):
    code = "documents"
    label = _("Documents")
    position = 60

    def panel(self, *, order_id: int, audience: Audience) -> Panel | None:
        documents = queries.documents_of(order_id)
        is_staff = audience is Audience.STAFF
        if not documents and not is_staff:
            return None
        order = get_model("order", "Order").objects.get(pk=order_id)
        token = order_token(order)
        rows = [
            {
                "document": document,
                "label": queries.type_label(document.type_code),
                "url": "" if is_staff else customer_url(document, token=token),
            }
            for document in documents
        ]
        return Panel(
            title=self.label,
            template="shopflow/documents/panel.html",
            context={"rows": rows, "is_staff": is_staff, "can_issue": is_staff and not documents},
        )


@staff_pages.register
class DocumentsPage(StaffPage):
    code = "documents"
    label = _("Documents")
    group = _("Orders")
    icon = "file-text"
    position = 15
    permission = "shopflow_documents.view_document"
    url_name = "documents"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", dashboard.listing, name="documents"),
            path("check/", dashboard.check, name="documents-check"),
            path("settings/", dashboard.settings, name="documents-settings"),
            path("issue/<int:order_id>/", dashboard.issue, name="documents-issue"),
            path("<int:pk>/", dashboard.download, name="documents-download"),
        ]
