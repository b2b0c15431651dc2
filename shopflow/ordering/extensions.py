"""What ordering plugs into the sockets: its event, the basket's words for mails, and money without an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_class, get_model

from shopflow.contracts.mail import MailContext, mail_contexts
from shopflow.contracts.pages import AttentionNote, StaffPage, attention_notes, staff_pages
from shopflow.contracts.types import JSONDict, Scalar
from shopflow.ordering import dashboard, events, flows, personal_data, queries, retention  # noqa: F401
from shopflow.ordering.links import basket_restore_url


@mail_contexts.register
class BasketMailContext(MailContext):
    """``basket``, ``lines``, ``restore_url`` and ``customer_name``, at today's prices."""

    code = "basket"
    label = _("Basket")
    needs = frozenset({"basket_id"})

    def context(self, subject: Mapping[str, Scalar]) -> JSONDict:
        basket: Any = get_model("basket", "Basket").objects.select_related("owner").get(pk=subject["basket_id"])
        selector = get_class("partner.strategy", "Selector")()
        basket.strategy = selector.strategy(user=basket.owner or AnonymousUser())
        return {
            "basket": basket,
            "lines": list(basket.all_lines()),
            "restore_url": basket_restore_url(basket.pk),
            "customer_name": basket.owner.get_full_name() if basket.owner else "",
        }


@staff_pages.register
class RefundsPage(StaffPage):
    code = "refunds"
    label = _("Payments without an order")
    group = _("Orders")
    icon = "banknote-arrow-down"
    position = 20
    permission = dashboard.VIEW
    url_name = "refunds"

    def urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", dashboard.refunds, name="refunds"),
            path("<int:pk>/erledigt/", dashboard.refunded, name="refund-done"),
        ]


@attention_notes.register
class RefundsDue(AttentionNote):
    code = "refunds_due"
    label = _("payments without an order")
    hint = _("The shop tries to give the money back by itself; look why that has not worked yet.")
    icon = "banknote-arrow-down"
    position = 10
    permission = dashboard.VIEW

    def count(self) -> int:
        return queries.troubled_attempts().count()

    def url(self) -> str:
        return reverse("shopflow-staff:refunds")
