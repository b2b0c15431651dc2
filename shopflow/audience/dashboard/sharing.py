"""Share links: which post brought which orders."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shopflow.audience import queries, services
from shopflow.audience.links import share_url
from shopflow.audience.models import ContactOrder
from shopflow.audience.staff_forms import ShareLinkForm
from shopflow.core.access import staff_page
from shopflow.core.exporting import csv_response
from shopflow.core.paging import whole_number

VIEW = "shopflow_audience.view_sharelink"
ADD = "shopflow_audience.add_sharelink"
PER_PAGE = 50


@staff_page(VIEW)
def share_links(request: HttpRequest) -> HttpResponse:
    """The links, newest first, with visits, orders and net sum."""
    found = queries.share_links().order_by("-pk")
    before = whole_number(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PER_PAGE + 1])
    context = {
        "rows": [(link, share_url(link)) for link in rows[:PER_PAGE]],
        "older": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "may_add": request.user.has_perm(ADD),
    }
    return render(request, "shopflow/audience/dashboard/share_links.html", context)


@staff_page(ADD)
def share_link_new(request: HttpRequest) -> HttpResponse:
    form = ShareLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        link = services.create_share_link(actor=request.user, **form.cleaned_data)
        messages.success(request, _("The link is ready: %(url)s") % {"url": share_url(link)})
        return redirect("shopflow-staff:share-links")
    status = 422 if form.is_bound else 200
    return render(request, "shopflow/audience/dashboard/share_link_new.html", {"form": form}, status=status)


@staff_page(VIEW)
@require_GET
def share_link(request: HttpRequest, pk: int) -> HttpResponse:
    """One link with the orders it has brought."""
    link = get_object_or_404(queries.share_links(), pk=pk)
    context = {
        "link": link,
        "url": share_url(link),
        "purchases": list(queries.orders_of_link(link)[:PER_PAGE]),
        "may_see_orders": request.user.has_perm("order.view_order"),
    }
    return render(request, "shopflow/audience/dashboard/share_link.html", context)


@staff_page(VIEW)
@require_GET
def share_links_csv(request: HttpRequest) -> HttpResponseBase:
    """Every order that a link has brought, one line each."""
    of_link = [_("Post or occasion"), _("Channel"), _("Campaign"), _("Visits")]
    header = [*of_link, _("Order"), _("Placed"), _("Status"), _("Goods, net")]
    return csv_response("teilen-links", header, _lines())


def _lines() -> Iterator[list[object]]:
    found = ContactOrder.objects.filter(share_link__isnull=False).select_related("share_link", "order")
    for row in found.order_by("share_link_id", "-placed_at", "pk").iterator(chunk_size=500):
        link, order = row.share_link, row.order
        assert link is not None  # noqa: S101 - the filter says so
        net = Decimal() if order.status in queries.GONE else order.total_excl_tax - order.shipping_excl_tax
        label = _("Recommendation of a customer") if link.contact_id else link.label
        placed = localdate(row.placed_at)
        yield [
            label, link.get_channel_display(), link.campaign, link.visits, order.number, placed, order.status, net
        ]  # fmt: skip
