"""Arms and weights of an experiment are for good: changed under the same name, kept draws would mix with new ones."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from shopflow.automations.definitions import Definition, Split
from shopflow.automations.exceptions import DefinitionInvalid
from shopflow.automations.models import Flow
from shopflow.automations.queries import definition_of


def changed_experiments(flow: Flow, definition: Definition) -> list[str]:
    """A sentence for each experiment of ``definition`` that has other arms or weights than in the last version with an
    experiment of this name. Where the arms lead may change, and so may their order.
    """
    wanted = _experiments(definition)
    problems = []
    for version in flow.versions.order_by("-number").iterator(chunk_size=20) if wanted else ():
        try:
            known = _experiments(definition_of(version))
        except DefinitionInvalid:  # of an older shopflow; nobody is in it any more
            continue
        for name in wanted.keys() & known.keys():
            if wanted.pop(name) != known[name]:
                words = {"experiment": name, "number": version.number}
                problems.append(
                    _(
                        "The experiment “%(experiment)s” has other ways or weights than in version %(number)s, and "
                        "whoever was drawn keeps the way. Give the changed experiment a new name."
                    )
                    % words
                )
        if not wanted:
            break
    return sorted(problems)


def _experiments(definition: Definition) -> dict[str, Mapping[str, int]]:
    """The weights of the arms of each experiment, by its name."""
    splits = [step for step in definition.steps if isinstance(step, Split)]
    return {split.experiment: {arm.code: arm.weight for arm in split.arms} for split in splits}
