from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from oscar.core.loading import get_class, get_model

from shopflow.mailing.machines import is_fetched_ahead
from shopflow.storefront.queries.product import delivery, find_product, product_page, replacement_address
from shopflow.storefront.queries.structured_data import breadcrumbs_data, product_data
from shopflow.storefront.services import note_view


@require_safe
def product(request: HttpRequest, product_slug: str, pk: str) -> HttpResponse:
    """One product. Hidden ones are shown to staff only, so that they can look before publishing.

    A hidden part that another one replaces leads there: its address stands in bookmarks, mails and search engines.
    """
    found = find_product(int(pk))
    if found is None or not (_is_public(found) or request.user.is_staff):
        instead = replacement_address(found) if found is not None else ""
        if instead:
            return HttpResponseRedirect(instead)
        raise Http404(_("This product is not (or no longer) on sale here."))
    url = found.get_absolute_url()
    if request.path != url:
        return HttpResponsePermanentRedirect(url)
    if not is_fetched_ahead(request):
        note_view(user=request.user, product=found)
    page = product_page(found, request.strategy)
    context: dict[str, Any] = {
        "product": found,
        "page": page,
        "card": page.card,
        "situation": request.strategy.situation,
        "delivery": delivery(request.strategy.situation.home),
        "canonical": request.build_absolute_uri(url),
        "data": [product_data(page, request), breadcrumbs_data(page.trail, found, request)],
        "description": found.get_meta_description()[:160],
    }
    return render(request, _templates(found), context | _alert(request, found, page.card.is_available))


def _is_public(found: Any) -> bool:
    return bool(found.is_public and (not found.is_child or found.parent.is_public))


def _templates(found: Any) -> list[str]:
    """Oscar's names, so that a shop may have a page of its own for a product or a product class."""
    return [
        f"oscar/catalogue/detail-for-upc-{found.upc}.html",
        f"oscar/catalogue/detail-for-class-{found.get_product_class().slug}.html",
        "oscar/catalogue/detail.html",
    ]


def _alert(request: HttpRequest, found: Any, is_available: bool) -> dict[str, Any]:
    """The form “tell me when it is back”, only where there is something to wait for."""
    if is_available:
        return {}
    form = get_class("customer.forms", "ProductAlertForm")(user=request.user, product=found)
    alert = get_model("customer", "ProductAlert")
    waiting = request.user.is_authenticated and (
        alert.objects.filter(product=found, user=request.user, status=alert.ACTIVE).exists()
    )
    return {"alert_form": form, "has_active_alert": waiting}
