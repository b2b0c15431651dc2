"""Reads of the automations."""

from __future__ import annotations

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
