"""What a definition names by code and the shop keeps as rows: segments, tags, stages, other automations, mail texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from shopflow.automations.definitions.model import (
    Act,
    Branch,
    Definition,
    Happening,
    Question,
    Step,
    Trigger,
    UntilCondition,
    UntilEvent,
    targets,
)
from shopflow.contracts.automations import Verdict
from shopflow.contracts.expressions import Compare, Leaf, compare, evaluate, leaves
from shopflow.contracts.types import Scalar

SEGMENT, TAG, STAGE, ATTRIBUTE = "segment", "tag", "stage", "attribute"
AUTOMATION, PURPOSE, TEXT = "automation", "purpose", "text"
SHARE_LINK, DOCUMENT, CAMPAIGN, THRESHOLD = "share_link", "document", "campaign", "threshold"
CATEGORY = "category"

TEMPLATE = "template"
FIELD = re.compile(r"\{(\w+)\}")
OF_ATTRIBUTE = "attribute."
"""What the codes of those contact fields begin with that are attributes of staff."""

EVENT_FIELDS: Mapping[str, str] = {
    "segment": SEGMENT,
    "tag": TAG,
    "old_stage": STAGE,
    "new_stage": STAGE,
    "purpose": PURPOSE,
    "automation": AUTOMATION,
    TEMPLATE: TEXT,
}
"""Fields of events that hold the code of a row, whichever event it is."""

OWN_FIELDS: Mapping[tuple[str, str], str] = {
    ("campaign_started", "campaign"): CAMPAIGN,
    ("date_reached", "field"): ATTRIBUTE,
    ("lead_magnet_requested", "magnet"): DOCUMENT,
    ("mail_replied", "flow"): AUTOMATION,
    ("score_reached", "threshold"): THRESHOLD,
}
"""Fields that do so in one event only."""

CONTACT_FIELDS: Mapping[str, str] = {
    "segments": SEGMENT,
    "tags": TAG,
    "stage": STAGE,
    "consents": PURPOSE,
    "share_link": SHARE_LINK,
    "documents_requested": DOCUMENT,
    "automations_now": AUTOMATION,
    "automations_ever": AUTOMATION,
    "automation_mails": AUTOMATION,
    "bought_categories": CATEGORY,
}
"""Facts about contacts that are compared with the codes of rows."""

SAME = ("is", "is_not", "in", "not_in")
AMONG = ("contains", "not_contains")
"""Comparisons with whole codes; in a text that an event brings, "contains" looks for a part."""

SETTINGS: Mapping[tuple[str, str], str] = {
    ("in_segment", "segment"): SEGMENT,
    ("has_tag", "tag"): TAG,
    ("remove_tag", "tag"): TAG,
    ("set_stage", "stage"): STAGE,
    ("has_consent", "purpose"): PURPOSE,
    ("forget_profile", "purpose"): PURPOSE,
    ("send_mail", "purpose"): PURPOSE,
    ("send_sms", "purpose"): PURPOSE,
    ("had_mail_of", "flow"): AUTOMATION,
    ("has_been_in", "flow"): AUTOMATION,
    ("is_in_automation", "flow"): AUTOMATION,
    ("goods_in_category", "category"): CATEGORY,
}
"""Settings of conditions and actions that hold the code of a row."""


@dataclass(frozen=True)
class Mention:
    """That ``place`` (a step's id, or ``trigger``, ``conditions``, ``exits``, ``goals``) names a row of a ``kind``."""

    kind: str
    code: str
    place: str


def mentions(definition: Definition) -> list[Mention]:
    """Every row that the definition names, in its order, once for each place."""
    trigger = definition.trigger
    found = [*in_trigger(trigger)]
    for question in definition.conditions:
        found += in_question("conditions", question, trigger)
    for place, happenings in (("exits", definition.exits), ("goals", definition.goals)):
        for happening in happenings:
            found += in_happening(place, happening, trigger)
    for step in definition.steps:
        found += in_step(step, trigger)
        if isinstance(step, Act) and FIELD.search(str(step.settings.get(TEMPLATE, ""))):
            found += [Mention(TEXT, code, step.id) for code in templates_of(step, definition)]
    return known_otherwise(found, definition.steps)


def known_otherwise(found: Iterable[Mention], steps: Iterable[Step]) -> list[Mention]:
    """Without repetitions, and without tags that an action of ``steps`` makes when it gives them first."""
    acts = [step for step in steps if isinstance(step, Act) and step.action == "add_tag"]
    given = {slugify(str(act.settings.get("tag", ""))) for act in acts}
    return [one for one in dict.fromkeys(found) if one.kind != TAG or one.code not in given]


def in_trigger(trigger: Trigger) -> Iterator[Mention]:
    if trigger.segment:
        yield Mention(SEGMENT, trigger.segment, "trigger")
    yield from _in_where("trigger", trigger.event, trigger.where)


def in_happening(place: str, happening: Happening, trigger: Trigger) -> Iterator[Mention]:
    """What an event that is waited for names; its questions are asked about the run, which ``trigger`` began."""
    yield from _in_where(place, happening.event, happening.where)
    for question in happening.conditions:
        yield from in_question(place, question, trigger)


def in_question(place: str, question: Question, trigger: Trigger) -> Iterator[Mention]:
    for leaf in leaves(question.expression):
        yield from in_leaf(leaf, trigger.event, place)


def in_leaf(leaf: Leaf, event: str, place: str = "") -> Iterator[Mention]:
    """What one question names that is asked about a run of ``event``."""
    if isinstance(leaf, Compare):
        yield from _in_comparison(place, event, leaf)
    elif leaf.condition == "subject_field":
        told = leaf.settings
        op = str(told.get("operator") or "is")
        yield from _in_comparison(place, event, Compare(str(told.get("field", "")), op, told.get("value")))
    else:
        yield from _in_settings(place, leaf.condition, leaf.settings)


def in_step(step: Step, trigger: Trigger) -> Iterator[Mention]:
    """What a step names by itself; which texts a name with fields in it stands for, the whole definition says."""
    if isinstance(step, Act):
        yield from _in_settings(step.id, step.action, step.settings)
        template = str(step.settings.get(TEMPLATE, ""))
        if template and not FIELD.search(template):
            yield Mention(TEXT, template, step.id)
        for question in step.recheck:
            yield from in_question(step.id, question, trigger)
    elif isinstance(step, Branch | UntilCondition):
        yield from in_question(step.id, step.question, trigger)
    if isinstance(step, UntilCondition):
        for wake in step.wakes:
            yield from in_happening(step.id, wake, trigger)
    elif isinstance(step, UntilEvent):
        for way in step.ways:
            yield from in_happening(step.id, way.happening, trigger)


def templates_of(act: Act, definition: Definition) -> list[str]:
    """The texts that ``act`` may send: of the values that the trigger's ``where`` allows, those with which a run can
    come to it; none if it cannot be told.
    """
    pattern = str(act.settings.get(TEMPLATE, ""))
    names = list(dict.fromkeys(FIELD.findall(pattern)))
    worlds = itertools.product(*(definition.trigger.where.get(name, ()) for name in names))
    subjects = [dict(zip(names, values, strict=True)) for values in worlds]
    return [_filled(pattern, subject) for subject in subjects if not names or _comes_to(act.id, definition, subject)]


def _filled(pattern: str, subject: Mapping[str, Scalar]) -> str:
    for name, value in subject.items():
        pattern = pattern.replace(f"{{{name}}}", str(value))
    return pattern


def _comes_to(node: str, definition: Definition, subject: Mapping[str, Scalar]) -> bool:
    """Whether a run with this subject may come to the step, as far as its questions can be answered from that."""
    left = [definition.steps[0].id, *(goal.then for goal in definition.goals if definition.has(goal.then))]
    seen = set(left)
    while left:
        here = left.pop()
        if here == node:
            return True
        step = definition.step(here)
        for target in _ways(step, subject):
            there = definition.follow(here, target)
            if there is not None and there not in seen:
                seen.add(there)
                left.append(there)
    return False


def _ways(step: Step, subject: Mapping[str, Scalar]) -> tuple[str, ...]:
    if not isinstance(step, Branch):
        return targets(step)
    holds = evaluate(step.question.expression, lambda leaf: _known(leaf, subject)).holds
    return targets(step) if holds is None else (step.then if holds else step.otherwise,)


def _known(leaf: Leaf, subject: Mapping[str, Scalar]) -> Verdict:
    told = isinstance(leaf, Compare) and leaf.field in subject
    return Verdict(compare(leaf.op, subject[leaf.field], leaf.value) if told else None)  # type: ignore[union-attr]


def names_a_row(extension: str, setting: str) -> bool:
    """Whether a setting of a condition or an action holds the code of a row."""
    return (extension, setting) in SETTINGS


def _in_settings(place: str, extension: str, settings: Mapping[str, Any]) -> Iterator[Mention]:
    for (owner, name), kind in SETTINGS.items():
        if owner == extension:
            yield from _codes(kind, settings.get(name), place)


def _in_where(place: str, event: str, where: Mapping[str, Iterable[Any]]) -> Iterator[Mention]:
    for name, values in where.items():
        if kind := OWN_FIELDS.get((event, name)) or EVENT_FIELDS.get(name):
            yield from _codes(kind, list(values), place)


def _in_comparison(place: str, event: str, leaf: Compare) -> Iterator[Mention]:
    if leaf.field.startswith(OF_ATTRIBUTE):
        yield Mention(ATTRIBUTE, leaf.field.removeprefix(OF_ATTRIBUTE), place)
    elif kind := OWN_FIELDS.get((event, leaf.field)) or EVENT_FIELDS.get(leaf.field):
        yield from _codes(kind, leaf.value if leaf.op in SAME else (), place)
    elif kind := CONTACT_FIELDS.get(leaf.field):
        yield from _codes(kind, leaf.value if leaf.op in (*SAME, *AMONG) else (), place)


def _codes(kind: str, value: Any, place: str) -> Iterator[Mention]:
    """A mention for each code in ``value``; what is no code at all is for the forms to refuse."""
    for one in value if isinstance(value, list | tuple) else [value]:
        if isinstance(one, str | int) and not isinstance(one, bool) and one != "":
            yield Mention(kind, str(one), place)
