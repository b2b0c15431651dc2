"""Reads of the automations."""

from __future__ import annotations

from typing import Any

from oscar.core.loading import get_model

from shopflow.automations.definitions import Definition, read
from shopflow.automations.models import FlowVersion
from shopflow.mailing.models import Message, MessageState

_kept: dict[str, Definition] = {}
_KEEP = 256


def definition_of(version: FlowVersion) -> Definition:
    """The version's definition, ready to run; versions never change, so it is read once per process.

    Raises :class:`~shopflow.automations.exceptions.DefinitionInvalid` for one that this shopflow cannot read.
    """
    definition = _kept.get(version.sha256)
    if definition is None:
        definition = read(version.definition)
        if len(_kept) >= _KEEP:
            _kept.clear()
        _kept[version.sha256] = definition
    return definition


def attached_files(*, reference: str) -> frozenset[str]:
    """Storage names of the files that mails with ``reference`` have carried or are about to carry."""
    lost = (MessageState.SKIPPED, MessageState.FAILED)
    lists = Message.objects.filter(reference=reference).exclude(state__in=lost).values_list("attachments", flat=True)
    return frozenset(file["storage_name"] for files in lists for file in files)


def reviewable_products(order_id: int) -> list[Any]:
    """The order's products that are still shown in the shop, each once; of a variant its parent."""
    lines = get_model("order", "Line")._default_manager.filter(order_id=order_id)
    found: dict[int, Any] = {}
    for line in lines.select_related("product__parent").order_by("pk"):
        product = line.product and (line.product.parent or line.product)
        if product is not None and product.is_public:
            found.setdefault(product.pk, product)
    return list(found.values())
