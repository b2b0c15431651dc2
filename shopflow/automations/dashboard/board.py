"""A draft as the editor shows it: cards with sentences, problems where they are, and how many people stand where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from shopflow.automations.definitions.diagnosis import Diagnosis, icon_of, label_of, phrase_of
from shopflow.automations.definitions.editing import FIRST
from shopflow.automations.definitions.model import NEXT, STOP, Act, Goal
from shopflow.automations.definitions.reading import DefinitionReader
from shopflow.automations.definitions.tree import SAME, SAME_AS, Node, Row, Tree, branch_out, branching
from shopflow.automations.definitions.wording import (
    Phrase,
    event_label,
    happening_phrase,
    length,
    question,
    where_phrase,
)
from shopflow.automations.forms.parts import entry_keys
from shopflow.automations.forms.ways import way_label
from shopflow.automations.linting import Finding, lint
from shopflow.automations.models import StandingFigure
from shopflow.contracts.types import JSONDict

CUT = 70


@dataclass(frozen=True)
class Remark:
    """Something to mend, or to think about. ``advice`` says what to do."""

    text: str
    advice: str = ""
    is_error: bool = True


@dataclass
class Lane:
    """One way out of a step: its cards, and in words where it goes after them."""

    key: str
    label: str
    cards: list[Card]
    end: str
    place: str
    jump: str = ""


@dataclass
class Card:
    """A step. ``number`` is what people call it by."""

    id: str
    number: str
    kind: str
    icon: str
    text: str
    notes: list[str]
    installed: bool
    remarks: list[Remark]
    standing: int = 0
    lanes: list[Lane] = field(default_factory=list)
    ends: str = ""
    jump: str = ""

    @property
    def place(self) -> str:
        """Where a step comes that is put after this one."""
        return f"after:{self.id}"

    @property
    def is_stopped(self) -> bool:
        return any(remark.is_error for remark in self.remarks)


@dataclass
class Part:
    """What a flow has besides its steps, in sentences."""

    code: str
    label: str
    lines: list[str]
    remarks: list[Remark]


@dataclass
class Board:
    """Everything that the editor shows of a draft. ``is_whole``: it can be published, whatever the linter thinks."""

    cards: list[Card]
    loose: list[list[Card]]
    trigger: Phrase
    parts: list[Part]
    remarks: dict[str, list[Remark]]
    count: int
    is_whole: bool = True
    trunk_end: str = ""
    trunk_jump: str = ""

    first = FIRST

    @property
    def errors(self) -> int:
        return sum(remark.is_error for remarks in self.remarks.values() for remark in remarks)

    @property
    def warnings(self) -> int:
        return sum(not remark.is_error for remarks in self.remarks.values() for remark in remarks)

    @property
    def others(self) -> list[Remark]:
        """What stands at no step and at no part."""
        shown = {"trigger", "steps", *(part.code for part in self.parts)}
        steps = {card.id for card in self.all_cards()}
        return [one for place, remarks in self.remarks.items() if place not in shown | steps for one in remarks]

    def all_cards(self) -> list[Card]:
        """Every card, in the order of reading."""
        found: list[Card] = []

        def gather(cards: list[Card]) -> None:
            for card in cards:
                found.append(card)
                for lane in card.lanes:
                    gather(lane.cards)

        for row in (self.cards, *self.loose):
            gather(row)
        return found

    def card(self, step_id: str) -> Card:
        return next(card for card in self.all_cards() if card.id == step_id)


def standing_in(flow_id: int) -> dict[str, int]:
    """How many open runs of a flow stand at each step, of all its versions, as last counted in the background."""
    found: dict[str, int] = {}
    for node, count in StandingFigure.objects.filter(flow=flow_id).values_list("node", "count"):
        found[node] = found.get(node, 0) + count
    return found


def remarks_on(raw: JSONDict) -> tuple[Diagnosis, dict[str, list[Remark]]]:
    """What is wrong with a definition and what the linter thinks of it, by place; what cannot be read comes first."""
    diagnosis = Diagnosis(raw)
    remarks = {place: [Remark(text) for text in texts] for place, texts in diagnosis.problems.items()}
    if not diagnosis.problems:
        for finding in lint(raw):
            remarks.setdefault(finding.step, []).append(_remark(finding))
    return diagnosis, remarks


def _remark(finding: Finding) -> Remark:
    return Remark(str(finding.message), str(finding.advice), finding.is_error)


def board_of(raw: JSONDict, *, standing: Mapping[str, int] | None = None) -> Board:
    """The draft's definition as cards."""
    diagnosis, remarks = remarks_on(raw)
    tree = branch_out(raw["steps"])
    drawn = _Drawing(tree, diagnosis, remarks, standing or {})
    rows = [drawn.cards(row, f"{letter}") for letter, row in zip("ABCDEFGHIJ", tree.loose, strict=False)]
    end, jump = drawn.end(tree.trunk)
    return Board(
        cards=drawn.cards(tree.trunk, ""),
        loose=rows,
        trigger=_trigger(raw, diagnosis),
        parts=_parts(raw, diagnosis, remarks),
        remarks=remarks,
        count=len(raw["steps"]),
        is_whole=not diagnosis.problems,
        trunk_end=end if tree.trunk.end not in (NEXT, STOP) else "",
        trunk_jump=jump,
    )


class _Drawing:
    def __init__(
        self, tree: Tree, diagnosis: Diagnosis, remarks: Mapping[str, list[Remark]], standing: Mapping[str, int]
    ) -> None:
        self.diagnosis, self.remarks, self.standing = diagnosis, remarks, standing
        self.phrases = {node.id: phrase_of(node.raw, diagnosis) for node in tree.walk()}

    def cards(self, row: Row, before: str) -> list[Card]:
        return [self.card(node, f"{before}{number}") for number, node in enumerate(row.nodes, 1)]

    def card(self, node: Node, number: str) -> Card:
        phrase = self.phrases[node.id]
        card = Card(
            id=node.id, number=number, kind=branching(node.raw), icon=icon_of(node.raw), text=_sentence(phrase.text),
            notes=self.notes(node), installed=phrase.installed, remarks=self.remarks.get(node.id, []),
            standing=self.standing.get(node.id, 0),
        )  # fmt: skip
        for letter, (key, way) in zip("abcdefghijklmnopqrstuvwxyz", node.ways.items(), strict=False):
            end, jump = self.end(way, node, key)
            place = f"in:{node.id}:{key}"
            label = way_label(node.raw, key)
            card.lanes.append(Lane(key, label, self.cards(way, f"{number}{letter}"), end, place, jump))
        return card

    def notes(self, node: Node) -> list[str]:
        """The phrase's notes without where the ways go: that is drawn."""
        step = self.diagnosis.steps.get(node.id)
        if not isinstance(step, Act) or node.id in self.diagnosis.unworded:
            return []
        notes = list(self.phrases[node.id].notes)
        return notes if step.then == NEXT else notes[:-1]

    def end(self, row: Row, node: Node | None = None, key: str = "") -> tuple[str, str]:
        """Where a row goes in the end, in words, and the step that it jumps to."""
        if row.end == SAME and node is not None:
            return _("as with “%(way)s”") % {"way": way_label(node.raw, SAME_AS[branching(node.raw)][1])}, ""
        if row.nodes and row.nodes[-1].raw.get("action") == "stop":
            return _("end"), ""
        if row.end == NEXT:
            return _("on below"), ""
        if row.end == STOP:
            return _("end"), ""
        phrase = self.phrases.get(row.end)
        return _("on to: %(step)s") % {"step": _cut(phrase.text) if phrase else row.end}, row.end


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str) -> str:
    return text if len(text) <= CUT else f"{text[: CUT - 1]}…"


def targets_of(raw: JSONDict) -> list[tuple[str, str]]:
    """Every step as a choice."""
    diagnosis = Diagnosis(raw)
    tree = branch_out(raw["steps"])
    drawn = _Drawing(tree, diagnosis, {}, {})
    cards = [*drawn.cards(tree.trunk, "")]
    board = Board(cards, [drawn.cards(row, "") for row in tree.loose], Phrase("", "", ""), [], {}, 0)
    return [(card.id, f"{card.number} {_cut(card.text)}") for card in board.all_cards()]


def _trigger(raw: JSONDict, diagnosis: Diagnosis) -> Phrase:
    trigger = raw.get("trigger") or {}
    if trigger.get("manual"):
        text = _("When staff start it by hand")
        if trigger.get("segment"):
            text += _(" for the segment “%(segment)s”") % {"segment": trigger["segment"]}
        return Phrase("", "hand", text)
    if not trigger.get("event"):
        return Phrase("", "zap", _("Nothing begins it yet"))
    reader = DefinitionReader()
    where = reader.where(trigger.get("where", {}), "")
    text = _("When “%(event)s” happens") % {"event": event_label(trigger["event"])} + where_phrase(where)
    return Phrase("", "zap", text, installed=diagnosis.provided is not None)


def _parts(raw: JSONDict, diagnosis: Diagnosis, remarks: Mapping[str, list[Remark]]) -> list[Part]:
    reader = DefinitionReader()
    reader.schema = 2
    asked = "conditions" not in diagnosis.unworded
    entered = [_("Only if %(condition)s") % {"condition": question(one)}
               for one in reader.questions(raw.get("conditions", []), "")] if asked else []  # fmt: skip
    exits = [happening_phrase(one) for one in reader.many(raw.get("exits", []), "", reader.exit)]
    goals = [_goal(one) for one in reader.many(raw.get("goals", []), "", reader.goal)]
    return [
        Part("conditions", _("For whom"), entered or [_("For everybody")], remarks.get("conditions", [])),
        Part("entry", _("How often"), _entry(raw, reader), remarks.get("entry", [])),
        Part("exits", _("Ends at once on"), exits or [_("Nothing ends it early")], remarks.get("exits", [])),
        Part("goals", _("Goal"), goals or [_("No goal is named")], remarks.get("goals", [])),
        Part("limits", _("Limits"), _limits(raw, reader), remarks.get("limits", [])),
    ]


def _entry(raw: JSONDict, reader: DefinitionReader) -> list[str]:
    key = raw.get("entry_key", "")
    lines = [_sentence(str(dict(entry_keys(raw.get("trigger") or {})).get(key, key)))] if key else []
    again = reader.reentry(raw.get("reentry", {}))
    if again.mode == "once_ever":
        lines.append(_("Each person only once, whatever it is about"))
    elif again.mode == "after_exit":
        words = {"length": length(again.min_gap)}
        lines.append(_("Again after the last run, at the earliest after %(length)s") % words)
    elif again.mode == "always":
        lines.append(_("Each time, at most %(count)s at once") % {"count": again.max_concurrent})
    return lines or [_("Not said yet")]


def _goal(goal: Goal) -> str:
    text = happening_phrase(goal)
    if goal.within is not None:
        text += _(", within %(length)s") % {"length": length(goal.within)}
    return text


def _limits(raw: JSONDict, reader: DefinitionReader) -> list[str]:
    lines = [_("Priority %(number)s") % {"number": raw.get("priority", 50)}]
    if raw.get("holdout"):
        lines.append(_("%(percent)s %% get no advertising") % {"percent": raw["holdout"]})
    if raw.get("cap"):
        cap = reader.cap(raw["cap"])
        words = {"messages": cap.messages, "days": cap.days}
        lines.append(_("At most %(messages)s advertising mails in %(days)s days") % words)
    else:
        lines.append(_("Caps and quiet hours as in the rules"))
    return lines


def reading_of(raw: JSONDict, part: str) -> str:
    """A part of the flow that is no step, as the drawing words it."""
    if part == "trigger":
        return _trigger(raw, Diagnosis(raw)).text
    return "; ".join(next(one for one in _parts(raw, *remarks_on(raw)) if one.code == part).lines)


def title_of(raw: JSONDict) -> str:
    """What kind of step it is."""
    return _sentence(label_of(raw))
