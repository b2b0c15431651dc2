from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shopflow.contracts.types import Label
from shopflow.core.templatetags.shopflow_shop import money
from shopflow.parts.choosing import chosen_vehicle
from shopflow.parts.queries import verdicts
from shopflow.storefront.forms import FilterForm
from shopflow.storefront.models import WHOLE_CATALOGUE
from shopflow.storefront.queries.cards import cards
from shopflow.storefront.queries.categories import CategoryNode, category_tree
from shopflow.storefront.queries.listing import SORTINGS, Filters, Listing

RESULTS, MORE = "shopflow/storefront/includes/results.html", "shopflow/storefront/includes/more.html"


@dataclass(frozen=True)
class Chip:
    """An active filter and the address of the list without it."""

    label: Label
    url: str


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """All products."""
    return _list_page(request, None, "oscar/catalogue/browse.html")


@require_safe
def category(request: HttpRequest, category_slug: str, pk: str) -> HttpResponse:
    """One category with everything below it; an outdated path leads to the current one."""
    node = category_tree().by_id.get(int(pk))
    if node is None:
        raise Http404(_("There is no such product group."))
    if request.path != node.url:
        query = request.GET.urlencode()
        return HttpResponsePermanentRedirect(f"{node.url}?{query}" if query else node.url)
    return _list_page(request, node, "oscar/catalogue/category.html")


def _list_page(request: HttpRequest, node: CategoryNode | None, template: str) -> HttpResponse:
    form = FilterForm(request.GET, chosen=chosen_vehicle(request))
    listing = Listing(shelf=node.id if node else WHOLE_CATALOGUE, filters=form.filters, sorting=form.sorting)
    cursor = request.GET.get("nach", "")
    page = listing.page(cursor)
    context: dict[str, Any] = {
        "cards": cards(page.product_ids, request.strategy),
        "situation": request.strategy.situation,
        "more_url": address(request, nach=page.next_cursor) if page.next_cursor else "",
        "is_deep": bool(cursor),
        "is_list_view": form.is_list_view,
        "fits": verdicts(page.product_ids, form.vehicle) if form.vehicle else {},
    }
    target = request.htmx.target if request.htmx else None
    if target != "more":
        context |= {
            "category": node,
            "trail": category_tree().trail(node) if node else [],
            "subcategories": node.children if node else category_tree().roots,
            "form": form,
            "sortings": SORTINGS.values(),
            "listing": listing,
            "brands": listing.brands(),
            "count": listing.count(),
            "chips": chips(request, form.filters),
            "is_narrowed": bool(listing.filters or cursor),
            "kept_parameters": kept_parameters(request),
            "first_url": address(request),
            "only_fitting_url": address(request, passend="1") if form.chosen else "",
            "all_parts_url": address(request, passend=""),
            "grid_url": address(request, ansicht=""),
            "list_url": address(request, ansicht="liste"),
        }
    chosen = {"more": MORE, "results": RESULTS}.get(target or "", template)
    response = render(request, chosen, context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def address(request: HttpRequest, *, without: tuple[str, str] | None = None, **changes: str) -> str:
    """This list's address with ``changes``, on its first page unless ``nach`` is given; empty values are dropped."""
    query = request.GET.copy()
    query.pop("nach", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    if without:
        name, value = without
        kept = [other for other in query.getlist(name) if other != value]
        query.setlist(name, kept)
    shown = QueryDict(mutable=True)
    for name, values in query.lists():
        shown.setlist(name, [value for value in values if value])
    return f"{request.path}?{shown.urlencode()}" if shown.urlencode() else request.path


def kept_parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """What the sorting form must carry along: everything but the sorting and the place in the list."""
    lists = ((name, values) for name, values in request.GET.lists() if name not in {"sort", "nach"})
    return [(name, value) for name, values in lists for value in values if value]


def chips(request: HttpRequest, filters: Filters) -> list[Chip]:
    """What the list is narrowed to, each with the way back."""
    found = [Chip(brand, address(request, without=("marke", brand))) for brand in filters.brands]
    if filters.available:
        found.append(Chip(_("available at once"), address(request, lieferbar="")))
    if filters.price_from is not None:
        found.append(Chip(_("from %s") % money(filters.price_from), address(request, preis_von="")))
    if filters.price_to is not None:
        found.append(Chip(_("up to %s") % money(filters.price_to), address(request, preis_bis="")))
    if filters.vehicle:
        label = _("fits %s") % (filters.vehicle.model or filters.vehicle.keys)
        found.append(Chip(label, address(request, hsn="", tsn="", passend="")))
    return found
