"""The form of one step: what it does, what is asked right before it, and where each of its ways leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.automations.definitions.fields import event_fields
from shopflow.automations.definitions.model import NEXT, STOP
from shopflow.automations.definitions.tree import SAME, SAME_AS, Node, Row, branching, wait_kind
from shopflow.automations.definitions.wording import field_label
from shopflow.automations.forms.choosing import with_choices
from shopflow.automations.forms.happenings import HappeningEditor
from shopflow.automations.forms.mails import MailParts, with_preset
from shopflow.automations.forms.parts import ELAPSED_UNITS, UNITS
from shopflow.automations.forms.plain import as_json
from shopflow.automations.forms.questions import QuestionEditor
from shopflow.automations.forms.settings import MailForm
from shopflow.automations.forms.waits import WAIT_FORMS, UntilDateForm, WaitForm, amount_of, length_of
from shopflow.automations.forms.ways import way_label
from shopflow.contracts.automations import actions
from shopflow.contracts.types import JSONDict

Targets = Sequence[tuple[str, str]]
MOST_ARMS = 6


class LatenessForm(forms.Form):
    """What happens to an action that is late, after an outage or a pause."""

    amount = forms.IntegerField(
        label=gettext_lazy("Too late after"), min_value=1, required=False,
        help_text=gettext_lazy("Empty: it is never too late."),
    )  # fmt: skip
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=ELAPSED_UNITS, initial="days")
    late = forms.ChoiceField(
        label=gettext_lazy("Then it is"),
        choices=[("skip", gettext_lazy("left out")), ("replan", gettext_lazy("planned anew"))],
    )


class TimeoutForm(forms.Form):
    """How long is waited at most."""

    amount = forms.IntegerField(label=gettext_lazy("Wait at most"), min_value=1, initial=7)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, initial="days")


class SinceForm(TimeoutForm):
    since = forms.ChoiceField(
        label=gettext_lazy("Which events count?"),
        choices=[
            ("step", gettext_lazy("those from this step on")),
            ("entry", gettext_lazy("also those since the run began")),
        ],
    )


class DateForm(UntilDateForm):
    """A date of the event, from those that the event has; where it leads is asked with the ways."""

    def __init__(self, *args: Any, event: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["past"]
        held = self["field"].value()
        known = [(one.code, one.label) for one in event_fields(event) if not one.code.endswith(("_id", "_cents"))]
        if held and held not in dict(known):
            known.append((held, field_label(held)))
        self.fields["field"] = forms.ChoiceField(label=_("Field with the date"), choices=[("", "–"), *known])
        self.order_fields(["field", "direction", "amount", "unit"])

    def inner(self) -> JSONDict:
        self.cleaned_data["past"] = STOP
        return super().inner()


class ArmForm(forms.Form):
    """One way of an experiment."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    code = forms.SlugField(label=gettext_lazy("Name of the way"), max_length=32, required=False)
    weight = forms.IntegerField(label=gettext_lazy("Share"), min_value=1, max_value=1000, required=False, initial=1)


class ExperimentForm(forms.Form):
    experiment = forms.SlugField(
        label=gettext_lazy("Name of the experiment"), max_length=64,
        help_text=gettext_lazy("People keep their way as long as the name stays the same."),
    )  # fmt: skip


class EndsForm(forms.Form):
    """Where each way goes after its own steps."""

    def __init__(self, *args: Any, node: Node, row: Row, targets: Targets, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        same, other = SAME_AS.get(branching(node.raw), ("", ""))
        jumps = [(target, _("on to: %(step)s") % {"step": text}) for target, text in targets if target != node.id]
        for key, way in node.ways.items():
            choices = [(NEXT, _("on with what follows below")), (STOP, _("end")), *jumps]
            if key == same and not way.nodes:
                words = _("the same as “%(way)s”") % {"way": way_label(node.raw, other)}
                choices.insert(0, (SAME, words))
            label = way_label(node.raw, key)
            if way.nodes:
                label = _("%(way)s, after its steps") % {"way": label}
            self.fields[key] = forms.ChoiceField(label=label, choices=choices, initial=way.end, required=False)
        if row.nodes[-1] is node and (not node.ways or row.end not in (NEXT, STOP)):
            choices = [(NEXT, _("on as it comes")), (STOP, _("end")), *jumps]
            self.fields["onward"] = forms.ChoiceField(
                label=_("And then"), choices=choices, initial=row.end, required=False
            )

    def ends(self) -> dict[str, str]:
        """Where the ways go, by way."""
        return {key: value for key, value in self.cleaned_data.items() if key != "onward" and value}


class StepEditor:
    """Everything that can be said about a step. ``kind`` is another wait's, when people want to change it to that."""

    def __init__(self, *, node: Node, row: Row, event: str, targets: Targets, data: Any = None, kind: str = "") -> None:
        self.node, self.event, self.data = node, event, data
        self.stored = node.raw
        self.kind = kind or branching(node.raw)
        self.forms: list[forms.BaseForm] = []
        self.arms: list[ArmForm] = []
        self.questions: dict[str, tuple[Any, QuestionEditor]] = {}
        self.happenings: HappeningEditor | None = None
        self.mail: MailParts | None = None
        build = {"action": self._action, "condition": self._condition, "split": self._split}
        build.get(str(node.raw["kind"]), self._wait)()
        self.ends = EndsForm(data, prefix="end", node=node, row=row, targets=targets)

    def _ask(self, name: str, label: Any, raw: Any) -> None:
        self.questions[name] = (label, QuestionEditor(name=name, event=self.event, data=self.data, raw=raw))

    def _action(self) -> None:
        code = str(self.stored.get("action", ""))
        form_class = actions.get(code).form_class if code in actions else None
        if form_class is not None:
            is_mail = issubclass(form_class, MailForm)
            data = with_preset(self.data, "s") if is_mail and self.data is not None else self.data
            shown = with_choices(form_class(data, prefix="s", initial=dict(self.stored.get("settings", {}))))
            self.forms.append(shown)
            if isinstance(shown, MailForm):
                self.mail = MailParts(shown, event=self.event, is_fresh=data is not self.data)
        late = self.stored.get("max_lateness")
        initial = {**(amount_of(late) if late else {}), "late": self.stored.get("late", "skip")}
        self.lateness = LatenessForm(self.data, prefix="late", initial=initial)
        recheck = self.stored.get("recheck", [])
        stripped = [({k: v for k, v in one.items() if k != "otherwise"}, one.get("otherwise")) for one in recheck]
        leaving = [one for one, otherwise in stripped if otherwise != "skip"]
        skipping = [one for one, otherwise in stripped if otherwise == "skip"]
        self._ask("leave", _("Right before it: what must still be true? Otherwise the run ends."),
                  {"all": leaving} if leaving else None)  # fmt: skip
        self._ask("skip", _("What must be true for it? Otherwise only this step is left out."),
                  {"all": skipping} if skipping else None)  # fmt: skip

    def _condition(self) -> None:
        asked = self.stored.get("ask")
        blank = asked if isinstance(asked, Mapping) and asked != {"all": []} else None
        self._ask("ask", _("What is asked?"), blank)
        if self.data is None and blank is None:
            self.questions["ask"][1].act("row:ask")

    def _split(self) -> None:
        self.forms.append(
            ExperimentForm(self.data, prefix="s", initial={"experiment": self.stored.get("experiment", "")})
        )
        arms = list(self.stored.get("arms", []))
        count = len(arms) if self.data is None else min(int(self.data.get("arms-count") or 0), MOST_ARMS)
        for number in range(count):
            stored = arms[number] if self.data is None else {}
            initial = {"was": f"arm{number}", "code": stored.get("code"), "weight": stored.get("weight", 1)}
            self.arms.append(ArmForm(self.data, prefix=f"arms-{number}", initial=initial))

    def _wait(self) -> None:
        same = wait_kind(self.stored) == self.kind
        inner = self.stored.get(self.kind, {}) if same else {}
        if self.kind in ("until_event", "until_condition"):
            initial = {**amount_of(inner.get("timeout", {"days": 7})), "since": inner.get("since", "step")}
            form_class = SinceForm if self.kind == "until_event" else TimeoutForm
            self.forms.append(form_class(self.data, prefix="s", initial=initial))
            role, name = ("way", "events") if self.kind == "until_event" else ("wake", "on")
            self.happenings = HappeningEditor(
                name=name, begins=self.event, role=role, data=self.data, raw=inner.get(name, [])
            )
            if self.kind == "until_condition":
                asked = inner.get("ask")
                self._ask("ask", _("What is waited for?"), asked if asked != {"all": []} else None)
                if self.data is None and asked in (None, {"all": []}):
                    self.questions["ask"][1].act("row:ask")
            elif self.data is None and not inner.get("events"):
                self.happenings.act("event:events")
            return
        shown = WAIT_FORMS[self.kind]
        initial = shown.initial_of(self.stored) if same else {}
        if self.kind == "until_date":
            self.forms.append(DateForm(self.data, prefix="s", initial=initial, event=self.event))
        else:
            self.forms.append(shown(self.data, prefix="s", initial=initial))

    def act(self, command: str) -> None:
        """Carry out a button of the form that adds or takes away a row."""
        verb, _colon, name = command.partition(":")
        if verb == "arm" and len(self.arms) < MOST_ARMS:
            number = len(self.arms)
            self.arms.append(ArmForm(prefix=f"arms-{number}", initial={"code": "abcdef"[number], "weight": 1}))
        if verb == "drop":
            self.arms = [arm for arm in self.arms if arm.prefix != name]
        for _label, editor in self.questions.values():
            editor.act(command)
        if self.happenings is not None:
            self.happenings.act(command)

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in (*self.forms, *self.arms, self.ends)]
        checked += [editor.is_valid() for _label, editor in self.questions.values()]
        if self.happenings is not None:
            checked.append(self.happenings.is_valid())
        if str(self.stored["kind"]) == "action":
            checked.append(self.lateness.is_valid())
        return all(checked)

    # What it says

    def step(self) -> JSONDict:
        """The step as it would be stored; its ways are not in it. After ``is_valid``."""
        kind = str(self.stored["kind"])
        made = {"id": self.stored["id"], "kind": kind}
        if kind == "action":
            return {**made, "action": self.stored["action"], **self._act()}
        if kind == "condition":
            return {**made, "ask": self.questions["ask"][1].raw() or {"all": []}}
        if kind == "split":
            arms = [
                {"code": arm.cleaned_data["code"], "weight": arm.cleaned_data["weight"] or 1} for arm in self._filled()
            ]
            return {**made, "experiment": self.forms[0].cleaned_data["experiment"], "arms": arms}
        return {**made, **self._waiting()}

    def _filled(self) -> list[ArmForm]:
        return [arm for arm in self.arms if arm.cleaned_data.get("code")]

    def _act(self) -> JSONDict:
        found: JSONDict = {}
        settings = as_json(self.forms[0]) if self.forms else dict(self.stored.get("settings", {}))
        if settings:
            found["settings"] = settings
        recheck = self.questions["leave"][1].questions()
        recheck += [{**one, "otherwise": "skip"} for one in self.questions["skip"][1].questions()]
        if recheck:
            found["recheck"] = recheck
        late = self.lateness.cleaned_data
        if late["amount"]:
            found["max_lateness"] = length_of(late)
            if late["late"] == "replan":
                found["late"] = "replan"
        return found

    def _waiting(self) -> JSONDict:
        form = self.forms[0]
        if isinstance(form, WaitForm):
            return self._kept(form.entry())
        inner: JSONDict = {"timeout": length_of(form.cleaned_data)}
        happenings = self.happenings.raw() if self.happenings is not None else []
        if self.kind == "until_event":
            inner |= {"events": happenings, "since": form.cleaned_data["since"]}
        else:
            inner |= {"ask": self.questions["ask"][1].raw() or {"all": []}, "on": happenings}
        return {self.kind: inner}

    def _kept(self, made: JSONDict) -> JSONDict:
        """With what the form does not show, and with lengths of several units as long as nobody has changed them."""
        if wait_kind(self.stored) != self.kind:
            return made
        form = self.forms[0]
        if self.kind in ("for", "until"):
            length = {} if {"amount", "unit"} & set(form.changed_data) else {self.kind: self.stored[self.kind]}
            return {**{k: self.stored[k] for k in ("gap", "zone") if k in self.stored}, **made, **length}
        inner = self.stored[self.kind]
        return {self.kind: {**{k: inner[k] for k in ("gap", "zone", "min_gap") if k in inner}, **made[self.kind]}}

    def kept_ways(self) -> dict[str, str]:
        """Which way of the step as it will be is which one of the step as it was."""
        if self.kind == "split":
            return {f"arm{number}": arm.cleaned_data["was"] for number, arm in enumerate(self._filled())}
        if self.kind == "until_event" and self.happenings is not None:
            rows = [row for row in self.happenings.rows if row.form.cleaned_data.get("event")]
            found = {f"event{number}": row.form.cleaned_data["was"] for number, row in enumerate(rows)}
            return {**found, "otherwise": "otherwise"}
        return {key: key for key in self.node.ways}
