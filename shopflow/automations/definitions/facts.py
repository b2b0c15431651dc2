"""Facts in words: what fields of events and of contacts are called, and their values as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy, override

from shopflow.contracts.segments import AmountUnit, segment_fields, unit_of_name
from shopflow.contracts.types import Label
from shopflow.core.amounts import joined_texts

FIELDS: dict[str, Label] = {
    "new_status": gettext_lazy("the new status"),
    "old_status": gettext_lazy("the old status"),
    "email": gettext_lazy("e-mail address"),
    "basket_id": gettext_lazy("basket"),
    "order_id": gettext_lazy("order"),
    "purpose": gettext_lazy("the purpose"),
    "order_number": gettext_lazy("order number"),
    "user_id": gettext_lazy("customer account"),
    "contact_id": gettext_lazy("contact"),
    "payment_method": gettext_lazy("payment method"),
    "total_cents": gettext_lazy("total"),
    "amount_cents": gettext_lazy("amount"),
    "net_cents": gettext_lazy("net price"),
    "grant_id": gettext_lazy("unlocked good"),
    "declaration_id": gettext_lazy("declaration of withdrawal"),
    "document_id": gettext_lazy("document"),
    "document_type": gettext_lazy("kind of document"),
    "message_id": gettext_lazy("e-mail message"),
    "task_id": gettext_lazy("staff task"),
    "supplier_id": gettext_lazy("supplier"),
    "run_id": gettext_lazy("import"),
    "tag": gettext_lazy("tag"),
    "segment": gettext_lazy("segment"),
    "old_stage": gettext_lazy("the old stage"),
    "new_stage": gettext_lazy("the new stage"),
    "threshold": gettext_lazy("threshold"),
    "score": gettext_lazy("score"),
    "day": gettext_lazy("day"),
    "days": gettext_lazy("days"),
    "years": gettext_lazy("years"),
    "action": gettext_lazy("what was done"),
    "source": gettext_lazy("source"),
    "reason": gettext_lazy("reason"),
    "kind": gettext_lazy("kind"),
    "template": gettext_lazy("template"),
    "reference": gettext_lazy("reference"),
    "result": gettext_lazy("result"),
    "automation": gettext_lazy("automation"),
    "ending": gettext_lazy("ending"),
    "reason_code": gettext_lazy("reason code"),
    "flow_run_id": gettext_lazy("run"),
    "name": gettext_lazy("name"),
    "link": gettext_lazy("number of the link"),
    "product_id": gettext_lazy("product"),
    "product_title": gettext_lazy("name of the product"),
    "wishlist_id": gettext_lazy("wish list"),
    "failure": gettext_lazy("how it failed"),
    "downloads_left": gettext_lazy("downloads left"),
    "open_cents": gettext_lazy("open amount"),
    "due_on": gettext_lazy("due on"),
    "form": gettext_lazy("form"),
    "part": gettext_lazy("part of the shop"),
    "state": gettext_lazy("state"),
    "text_language": gettext_lazy("language of the text"),
    "trouble": gettext_lazy("trouble"),
}


def field_label(name: str) -> Label:
    """What a field of events is called; its name where nobody has given it one."""
    return FIELDS.get(name, name)


def compared_label(name: str) -> Label:
    """What a field is called in comparisons: one of events, else a fact about contacts."""
    if name not in FIELDS and name in segment_fields:
        return segment_fields.get(name).label
    return field_label(name)


def _unit_of(name: str) -> AmountUnit | None:
    """What amounts in a field of events, a fact about contacts or a setting are counted in."""
    return segment_fields.get(name).amount_unit if name in segment_fields else unit_of_name(name)


def value_text(name: str, value: Any) -> str:
    """A value that is compared with the field ``name``, or set in a setting of that name, as people read it."""
    if value is None:
        return ""
    unit = _unit_of(name)
    if unit is None:
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return joined_texts(value if isinstance(value, list) else [value], unit)


def facts_text(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What an event holds, with its amounts as people read them."""
    return {
        name: value if value is None or unit_of_name(name) is None else value_text(name, value)
        for name, value in facts.items()
    }


def facts_for_texts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same in the shop's language, for texts that staff have written."""
    with override(settings.LANGUAGE_CODE):
        return facts_text(facts)


def labelled(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The same in the shop's language, as a list of what each is called and what it holds, without what is empty."""
    with override(settings.LANGUAGE_CODE):
        told = facts_text(facts).items()
        return sorted((str(field_label(name)), value) for name, value in told if value not in (None, ""))


def listed(settings: Mapping[str, Any]) -> str:
    """Settings one after the other, of an extension that has no sentence for them."""
    return ", ".join(str(value) if unit_of_name(name) is None else value_text(name, value)
                     for name, value in settings.items())  # fmt: skip
