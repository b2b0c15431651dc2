from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from shopflow.parts.choosing import chosen_vehicle
from shopflow.parts.queries import verdicts
from shopflow.storefront.queries.cards import Card, cards
from shopflow.storefront.queries.categories import CategoryNode, category_tree
from shopflow.storefront.queries.search import Hits, find_number, search
from shopflow.storefront.queries.words import fold
from shopflow.storefront.views.listing import MORE, address

SUGGESTIONS = 6
CATEGORIES = 4


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Results for ``q``: by number first, then by words."""
    text = request.GET.get("q", "").strip()
    chosen = chosen_vehicle(request)
    only_fitting = chosen is not None and request.GET.get("passend") == "1"
    hits = search(text, cursor=request.GET.get("nach", ""), vehicle=chosen if only_fitting else None)
    context: dict[str, Any] = {
        "fits": verdicts(hits.product_ids, chosen) if chosen else {},
        "is_only_fitting": only_fitting,
        "only_fitting_url": address(request, passend="1") if text else "",
        "all_parts_url": address(request, passend=""),
        "query": text,
        "hits": hits,
        "cards": _cards(hits, request),
        "situation": request.strategy.situation,
        "categories": categories_named(text),
        "more_url": address(request, nach=hits.next_cursor) if hits.next_cursor else "",
        "first_url": address(request),
        "is_deep": bool(request.GET.get("nach")),
        "is_list_view": False,
    }
    only_more = bool(request.htmx) and request.htmx.target == "more"
    response = render(request, MORE if only_more else "oscar/search/results.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """A short list of products and categories for what has been typed so far."""
    text = request.GET.get("q", "").strip()
    hits, chosen = Hits(), chosen_vehicle(request)
    if len(text) >= 2:
        hits = find_number(text, limit=SUGGESTIONS)
        hits = hits if hits.product_ids else search(text, size=SUGGESTIONS)
    context = {
        "query": text,
        "cards": _cards(hits, request)[:SUGGESTIONS],
        "fits": verdicts(hits.product_ids[:SUGGESTIONS], chosen) if chosen else {},
        "categories": categories_named(text),
        "situation": request.strategy.situation,
    }
    return render(request, "shopflow/storefront/includes/suggestions.html", context)


@require_safe
def old_search(request: HttpRequest) -> HttpResponse:
    """Oscar's address of the search; other add-ons link to it."""
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("shopflow-search") + (f"?{query}" if query else ""))


def categories_named(text: str) -> list[CategoryNode]:
    """Categories whose name holds what was typed; from the cached tree."""
    wanted = fold(text)
    if len(wanted) < 3:
        return []
    return [node for node in category_tree().walk() if wanted in fold(node.name)][:CATEGORIES]


def _cards(hits: Hits, request: HttpRequest) -> list[Card]:
    return cards(hits.product_ids, request.strategy, reasons=dict(hits.reasons))
