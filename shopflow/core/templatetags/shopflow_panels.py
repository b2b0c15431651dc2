"""Panels and the staff menu: pages show what rooms have registered and know none of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.db import transaction
from django.template.loader import get_template, render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

from shopflow.contracts.contacts import ShownContact, contact_panels
from shopflow.contracts.pages import (
    AccountPage,
    AttentionNote,
    Audience,
    Panel,
    StaffPage,
    account_pages,
    attention_notes,
    order_panels,
    product_panels,
    staff_pages,
)
from shopflow.contracts.types import Label
from shopflow.core.access import may_open

register = template.Library()
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MenuEntry:
    label: Label
    url: str
    icon: SafeString
    is_current: bool


@dataclass(frozen=True)
class MenuGroup:
    label: Label
    entries: list[MenuEntry]


@register.simple_tag(takes_context=True, name="order_panels")
def render_order_panels(context: template.Context, order: Any, audience: str, without: str = "") -> SafeString:
    """Every panel for ``order``; ``audience`` is ``customer`` or ``staff``.

    ``without`` is the code of a panel that the page leaves out because it says the same itself.
    """
    reader = Audience(audience)
    sources = [source for source in order_panels if source.code != without]

    def ask(source: Any) -> Panel | None:
        return source.panel(order_id=order.pk, audience=reader)  # type: ignore[no-any-return]

    return _render(context, sources, ask, {"order": order, "audience": reader.value})


@register.simple_tag(takes_context=True, name="product_panels")
def render_product_panels(context: template.Context, product: Any) -> SafeString:
    """Every panel for ``product``."""
    is_sent = getattr(product, "is_shipping_required", False)
    sources = [source for source in product_panels if not (source.digital_only and is_sent)]
    return _render(context, sources, lambda source: source.panel(product_id=product.pk), {"product": product})


@register.simple_tag(takes_context=True, name="contact_panels")
def render_contact_panels(context: template.Context, contact: Any) -> SafeString:
    """Every panel about ``contact`` that the signed-in staff member may see."""
    user = context.get("user") or getattr(context.get("request"), "user", None)
    sources = [source for source in contact_panels if user is not None and may_open(user, source.permission)]
    shown = ShownContact(contact_id=contact.pk, email=contact.email, user_id=contact.user_id)
    return _render(context, sources, lambda source: source.panel(shown), {"contact": contact})


@register.inclusion_tag("shopflow/parts_of_page/staff_menu.html", takes_context=True)
def staff_menu(context: template.Context) -> dict[str, list[MenuGroup]]:
    """The staff pages that the signed-in person may open, under their groups' headings."""
    user = context.get("user") or getattr(context.get("request"), "user", None)
    path = getattr(context.get("request"), "path", "")
    groups: dict[str, MenuGroup] = {}
    for page in sorted(staff_pages, key=lambda page: (page.position, page.code)):
        entry = _entry(page, path) if user is not None and may_open(user, page.permission) else None
        if entry is not None:
            groups.setdefault(str(page.group), MenuGroup(page.group, [])).entries.append(entry)
    return {"groups": list(groups.values())}


@register.inclusion_tag("shopflow/parts_of_page/account_menu.html", takes_context=True)
def account_menu(context: template.Context) -> dict[str, list[MenuEntry]]:
    """The pages that rooms add to the customer's account."""
    path = getattr(context.get("request"), "path", "")
    pages = sorted(account_pages, key=lambda page: (page.position, page.code))
    return {"entries": [entry for page in pages if (entry := _entry(page, path, prefix="", size=20)) is not None]}


@dataclass(frozen=True)
class Waiting:
    """An attention note as it is shown. ``count`` is None when it could not be counted."""

    label: Label
    hint: Label
    count: int | None
    url: str
    icon: SafeString


@register.inclusion_tag("shopflow/parts_of_page/attention.html", takes_context=True)
def attention(context: template.Context) -> dict[str, list[Waiting]]:
    """What waits for the signed-in staff member, one query per note."""
    user = context.get("user") or getattr(context.get("request"), "user", None)
    notes = sorted(attention_notes, key=lambda note: (note.position, note.code))
    mine = [note for note in notes if user is not None and may_open(user, note.permission)]
    return {"waiting": [found for note in mine if (found := _waiting(note)) is not None]}


def _waiting(note: AttentionNote) -> Waiting | None:
    """The note if something waits. A failing one is logged and says so: silence would look like an empty list."""
    try:
        with transaction.atomic():
            count = note.count()
        return Waiting(note.label, note.hint, count, note.url(), _icon(note, 20)) if count else None
    except Exception:
        logger.exception("The attention note %s failed.", note.code)
        return Waiting(note.label, "", None, "", _icon(note, 20))


def _entry(
    page: StaffPage | AccountPage, path: str, prefix: str = "shopflow-staff:", size: int = 18
) -> MenuEntry | None:
    try:
        url = reverse(f"{prefix}{page.url_name}")
    except NoReverseMatch:
        logger.error("The page %s names %s, which is no URL of its own.", page.code, page.url_name)
        return None
    return MenuEntry(page.label, url, _icon(page, size), is_current=path.startswith(url))


def _icon(page: StaffPage | AccountPage | AttentionNote, size: int) -> SafeString:
    """The page's icon; a dot when a plugin names one that the icon set does not have."""
    try:
        return mark_safe(lucide(page.icon, size=size, aria_hidden="true", **{"class": "icon"}))
    except IconDoesNotExist:
        logger.warning("The page %s names the icon %s, which does not exist.", page.code, page.icon)
        return mark_safe(lucide("circle", size=size, aria_hidden="true", **{"class": "icon"}))


def _render(
    context: template.Context,
    sources: Iterable[Any],
    ask: Callable[[Any], Panel | None],
    subject: dict[str, Any],
) -> SafeString:
    ordered = sorted(sources, key=lambda source: (source.position, source.code))
    return format_html_join("\n", "{}", ((_one(context, source, ask, subject),) for source in ordered))


def _one(
    context: template.Context, source: Any, ask: Callable[[Any], Panel | None], subject: dict[str, Any]
) -> SafeString | str:
    """One panel's HTML. A failing panel is logged, and its place shown to staff alone: the page goes on."""
    request = context.get("request")
    frame: dict[str, Any] = {"source": source, **subject}
    try:
        panel = ask(source)
        if panel is None:
            return ""
        body = _within(context, panel.template, {**subject, **panel.context})
        frame |= {"panel": panel, "body": body}
    except Exception:
        logger.exception("The panel %s failed.", source.code)
        if not getattr(getattr(request, "user", None), "is_staff", False):
            return ""
    return _within(context, "shopflow/parts_of_page/panel.html", frame)


def _within(page: template.Context, name: str, values: dict[str, Any]) -> SafeString:
    """A template of its own inside a page: with what every template knows of the request, which is found out once."""
    index = getattr(page, "_processors_index", None)
    if index is None:
        return render_to_string(name, values, page.get("request"))
    known = {"request": page.get("request"), **page.dicts[index], **values}
    return get_template(name).template.render(page.new(known))  # type: ignore[attr-defined,no-any-return]
