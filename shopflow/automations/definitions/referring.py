"""Steps that name other steps name them by their sentences, not by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shopflow.automations.definitions.model import Definition
from shopflow.automations.definitions.wording import Phrase, jump_phrase, step_phrase

CUT = 60


def step_names(definition: Definition) -> dict[str, str]:
    """What people call each step: its sentence, cut where it gets long."""
    texts = {step.id: str(step_phrase(step).text) for step in definition.steps}
    return {node: text if len(text) <= CUT else f"{text[: CUT - 1]}…" for node, text in texts.items()}


def by_name(phrase: Phrase, names: Mapping[str, str]) -> Phrase:
    """The phrase with the sentences of the steps that its notes lead on to."""
    notes = []
    for note in map(str, phrase.notes):
        for node, name in names.items():
            note = note.replace(jump_phrase(node), jump_phrase(name))
        notes.append(note)
    return replace(phrase, notes=notes)


def way_by_names(nodes: Iterable[str], names: Mapping[str, str]) -> str:
    """A way through the definition; a sign before a step's id, such as that of a loop, stays."""
    return " → ".join(_named(node, names) for node in nodes)


def _named(node: str, names: Mapping[str, str]) -> str:
    return names.get(node) or (f"{node[0]} {names[node[1:]]}" if node[1:] in names else node)
