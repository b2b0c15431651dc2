"""Share links: which post brought which orders."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shopflow.audience import queries, services
from shopflow.audience.links import share_url
from shopflow.audience.staff_forms import ShareLinkForm
from shopflow.core.access import staff_page

VIEW = "shopflow_audience.view_sharelink"
ADD = "shopflow_audience.add_sharelink"
PER_PAGE = 50


@staff_page(VIEW)
def share_links(request: HttpRequest) -> HttpResponse:
    """The links, newest first, with visits, orders and net sum."""
    found = queries.share_links().order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
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
