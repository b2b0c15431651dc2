"""How pages speak of the chosen vehicle: in the header, above lists, at cards, on the product page, in the basket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from lucide.templatetags.lucide import lucide

from shopflow.parts.choosing import chosen_vehicle
from shopflow.parts.queries import Fit, Verdict, part_data, part_of_product, superseded_numbers, verdict, verdicts
from shopflow.parts.queries.succession import Succession
from shopflow.parts.restrictions import facts_of, lifted_for, refusals_of, sale_facts, way_note
from shopflow.parts.tyre_labels import label_of
from shopflow.parts.vehicle_keys import Vehicle

register = template.Library()


@register.simple_tag(takes_context=True)
def vehicle_of_visitor(context: template.Context) -> Vehicle | None:
    """``{% vehicle_of_visitor as vehicle %}``: the chosen vehicle, or None."""
    return chosen_vehicle(context.get("request"))


@register.inclusion_tag("shopflow/parts/vehicle_bar.html", takes_context=True)
def vehicle_bar(
    context: template.Context, only_url: str = "", all_url: str = "", is_only: bool = False
) -> dict[str, Any]:
    """The line above lists and products: the chosen vehicle with ways to change and remove it, or to choose one.

    ``only_url`` and ``all_url`` lead to the list with only what fits, and with everything.
    """
    request = context.get("request")
    return {
        "vehicle": chosen_vehicle(request),
        "only_url": only_url,
        "all_url": all_url,
        "is_only": is_only,
        "here": request.get_full_path() if request else "",
        "request": request,
    }


@register.inclusion_tag("shopflow/parts/fit_verdict.html", takes_context=True)
def fit_verdict(context: template.Context, product: Any) -> dict[str, Any]:
    """One clear line on the product page: fits the chosen vehicle, does not, or nobody knows; none if no part."""
    request = context.get("request")
    vehicle = chosen_vehicle(request)
    part = part_of_product(product.pk) if product.is_shipping_required else None
    found: Verdict | None = verdict(product.pk, vehicle) if vehicle and part else None
    return {"verdict": found, "here": request.get_full_path() if request else "", "part": part}


@register.inclusion_tag("shopflow/parts/tyre_label.html")
def tyre_label(product: Any) -> dict[str, Any]:
    """The EU tyre label near the price, with the way to the data sheet (Reg. (EU) 2020/740 Art. 6)."""
    part = part_of_product(product.pk) if product.is_shipping_required else None
    label = label_of(part) if part else None
    return {"label": label, "product": product, "part": part}


@register.simple_tag
def fit_badge(fits: Mapping[int, Fit] | str | None, product_id: int) -> SafeString:
    """A card's badge; empty where no vehicle was chosen. ``fits`` comes from :func:`fits_of`."""
    fit = None if not fits or isinstance(fits, str) else fits.get(product_id)
    return _badge(fit, get_language() or "") if fit else mark_safe("")


@register.simple_tag(takes_context=True)
def fits_of(context: template.Context, lines: Iterable[Any]) -> dict[int, Fit]:
    """``{% fits_of formset as fits %}``: verdicts by product for lines of a basket (or their forms); one query."""
    vehicle = chosen_vehicle(context.get("request"))
    if vehicle is None:
        return {}
    ids = {getattr(line, "instance", line).product_id for line in lines}
    return verdicts(ids - {None}, vehicle)


@register.simple_tag(takes_context=True)
def sale_notes(context: template.Context, lines: Iterable[Any]) -> dict[int, list[str]]:
    """``{% sale_notes formset as notes %}``: why a line cannot be bought like this, by product; one query.

    What is said here is what the checkout would refuse later.
    """
    request, found = context.get("request"), [getattr(line, "instance", line) for line in lines]
    facts = sale_facts(tuple(sorted({line.product_id for line in found} - {None})))
    may = lifted_for(getattr(request, "user", None)) if any(fact.restriction for fact in facts.values()) else set()
    notes = {
        line.product_id: refusals_of(
            facts[line.product_id], title=line.product.get_title(), quantity=line.quantity, may=may
        )
        for line in found
        if line.product_id in facts
    }
    for product_id, fact in facts.items():
        if note := way_note(fact):
            notes[product_id].append(note)
    return notes


@register.simple_tag(takes_context=True)
def sale_notes_of(context: template.Context, product: Any) -> list[str]:
    """``{% sale_notes_of product as notes %}``: what keeps this visitor from buying it, said before the basket."""
    part = part_of_product(product.pk) if product.is_shipping_required else None
    if part is None:
        return []
    [facts] = facts_of([part])
    may = lifted_for(getattr(context.get("request"), "user", None)) if facts.restriction else set()
    return refusals_of(facts, title=product.get_title(), quantity=facts.multiple, may=may)


@register.filter
def notes_of(notes: Mapping[int, list[str]], product_id: int) -> list[str]:
    return notes.get(product_id, [])


@register.filter
def does_not_fit(fits: Mapping[int, Fit], product_id: int) -> bool:
    return fits.get(product_id) is Fit.NOT


@register.simple_tag
def replaced_numbers(text: str) -> list[Succession]:
    """What became of the number that was searched for; empty when it is still current."""
    return superseded_numbers(text) if any(sign.isdigit() for sign in text) else []


@register.simple_tag
def replacement_of(product: Any) -> Succession | None:
    """``{% replacement_of product as replaced %}``: what takes the part's place today. The product page's own read."""
    data = part_data(product.pk) if product.is_shipping_required else None
    return data.succession if data else None


@lru_cache(maxsize=16)
def _badge(fit: Fit, language: str) -> SafeString:
    kind, icon, words = {
        Fit.FITS: ("positive", "circle-check", gettext("Fits your vehicle")),
        Fit.NOT: ("critical", "circle-x", gettext("Does not fit your vehicle")),
        Fit.UNKNOWN: ("neutral", "circle-question-mark", gettext("Fit unknown: please check")),
    }[fit]
    drawn = mark_safe(lucide(icon, size=16, aria_hidden="true", **{"class": "icon"}))
    return format_html('<p><span class="badge badge--{} fit-badge">{}{}</span></p>', kind, drawn, words)
