"""Forms for what a flow has besides its steps: when it begins, how often, what ends it, and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.audience.models import Segment
from shopflow.automations.definitions.fields import CHOICES
from shopflow.automations.definitions.wording import field_label
from shopflow.automations.forms.happenings import WhereForm, where_forms, where_of
from shopflow.automations.forms.waits import UNIT_LABELS, amount_of, length_of
from shopflow.automations.models import Flow
from shopflow.automations.palette import grouped_events
from shopflow.contracts.events import events
from shopflow.contracts.types import JSONDict

UNITS = list(UNIT_LABELS.items())
ELAPSED_UNITS = [pair for pair in UNITS if pair[0] in ("minutes", "hours", "days", "weeks")]


class NameForm(forms.ModelForm[Flow]):
    """What a flow is called, what it is for and why it is lawful."""

    class Meta:
        model = Flow
        fields = ("name", "description", "reason")
        widgets = {"description": forms.Textarea(attrs={"rows": 2}), "reason": forms.Textarea(attrs={"rows": 3})}


class TriggerForm(forms.Form):
    """What begins a run."""

    event = forms.ChoiceField(label=gettext_lazy("When does it begin?"), required=False)
    segment = forms.ChoiceField(
        label=gettext_lazy("For the people of the segment"),
        required=False,
        help_text=gettext_lazy("Only for what staff start by hand."),
    )
    amount = forms.IntegerField(
        label=gettext_lazy("The thing itself happened before, by"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("A basket counts as left an hour after the last click: times count from there."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=ELAPSED_UNITS, initial="hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self["event"].value() or ""
        by_hand = ("", gettext_lazy("Staff start it by hand"))
        self.fields["event"].choices = [by_hand, *grouped_events(chosen)]  # type: ignore[attr-defined]
        rows = [(row.code, str(row)) for row in Segment.objects.all()]
        held = self["segment"].value()
        missing = [(held, held)] if held and held not in dict(rows) else []
        self.fields["segment"].choices = [("", "–"), *rows, *missing]  # type: ignore[attr-defined]


class TriggerEditor:
    """The trigger in a form, with the values that the event's fields must have."""

    def __init__(self, *, raw: JSONDict, data: Any = None) -> None:
        initial: JSONDict = {name: raw[name] for name in ("event", "segment") if name in raw}
        if "lag" in raw:
            initial |= amount_of(raw["lag"])
        self.form = TriggerForm(data, prefix="trigger", initial=initial)
        event = self.form["event"].value() or ""
        same = data is None or data.get("trigger-was") == event
        self.where: list[WhereForm] = where_forms(
            name="trigger", event=event, data=data if same else None, where=raw.get("where") if data is None else None
        )

    def is_valid(self) -> bool:
        return self.form.is_valid() and all(row.is_valid() for row in self.where if row.is_bound)

    def raw(self) -> JSONDict:
        """The trigger as a definition holds it. After ``is_valid``."""
        known = self.form.cleaned_data
        if not known["event"]:
            return {"manual": True, **({"segment": known["segment"]} if known["segment"] else {})}
        found: JSONDict = {"event": known["event"]}
        if where := where_of(self.where):
            found["where"] = where
        if known["amount"]:
            found["lag"] = length_of(known)
        return found


NUMBERS = frozenset({"order_number", "reference"})
"""Fields that tell one thing from another, besides those whose name ends so."""
WHEN = frozenset({"day", "days", "due_on", "offset", "years"})
"""Fields by which the same thing comes again."""


def entry_keys(trigger: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Ways to tell one entry from another, as sentences, for a flow that begins so; what the event is about first."""
    code = trigger.get("event", "")
    if not code:
        return [
            ("{occasion}:{email}", _("once for each person and broadcast")),
            ("contact:{email}", _("once for each person")),
        ]
    provided = events.get(code).provides() if code in events else frozenset()
    others = [name for name in sorted(provided & (CHOICES.keys() | WHEN)) if not name.startswith("old_")]
    found = []
    for name in sorted(provided, key=lambda name: (not code.startswith(name.removesuffix("_id")), name)):
        if (name.endswith("_id") and name not in ("user_id", "contact_id")) or name in NUMBERS:
            stem, label = name.removesuffix("_id"), field_label(name)
            found.append((f"{stem}:{{{name}}}", _("once for each: %(field)s") % {"field": label}))
            found += [(f"{stem}:{{{name}}}:{{{other}}}", _both(name, other)) for other in others]
    if "email" in provided:
        found.append(("contact:{email}", _("once for each person")))
        found.append(("contact:{email}:{year}", _("once for each person and year")))
        found += [(f"contact:{{email}}:{{{other}}}", _both("email", other)) for other in others]
    return found or _by_all_fields(sorted(provided - {"page"}))


def _by_all_fields(names: Sequence[str]) -> list[tuple[str, str]]:
    """For an event without a number and a person: two are the same that say the same."""
    if not names:
        return []
    said = ", ".join(str(field_label(name)) for name in names)
    return [(":".join(f"{{{name}}}" for name in names), _("once for each: %(field)s") % {"field": said})]


def _both(one: str, two: str) -> str:
    words = {"one": field_label(one), "two": field_label(two)}
    return _("once for each: %(one)s together with %(two)s") % words


class EntryForm(forms.Form):
    """How often somebody may enter: what makes an entry another one, and what happens with the next of the same."""

    entry_key = forms.ChoiceField(
        label=gettext_lazy("What counts as one entry?"), widget=forms.RadioSelect, required=True
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("And if the same comes again?"),
        widget=forms.RadioSelect,
        initial="per_key",
        choices=[
            ("per_key", gettext_lazy("Nothing: it has had its turn, for ever")),
            ("once_ever", gettext_lazy("Nothing, and each person enters only once, whatever it is about")),
            ("after_exit", gettext_lazy("It may enter again after it has left")),
            ("always", gettext_lazy("It enters each time")),
        ],
    )
    amount = forms.IntegerField(label=gettext_lazy("At the earliest after"), min_value=0, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, initial="days")
    max_concurrent = forms.IntegerField(
        label=gettext_lazy("At most at the same time"), min_value=1, max_value=100, required=False, initial=1
    )

    def __init__(self, *args: Any, trigger: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = entry_keys(trigger)
        held = self.initial.get("entry_key")
        if held and held not in dict(keys):
            keys.append((held, _("as it is now: %(key)s") % {"key": held}))
        self.fields["entry_key"].choices = keys  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, raw: JSONDict) -> JSONDict:
        """What the form shows for a stored definition."""
        again = raw.get("reentry", {})
        found = {"entry_key": raw.get("entry_key", ""), "mode": again.get("mode", "per_key")}
        if "min_gap" in again:
            found |= amount_of(again["min_gap"])
        if "max_concurrent" in again:
            found["max_concurrent"] = again["max_concurrent"]
        return found

    def entries(self) -> JSONDict:
        """``entry_key`` and ``reentry`` of the definition."""
        known = self.cleaned_data
        again: JSONDict = {"mode": known["mode"]}
        if known["mode"] == "after_exit" and known["amount"]:
            again["min_gap"] = length_of(known)
        if known["mode"] == "always" and known["max_concurrent"]:
            again["max_concurrent"] = known["max_concurrent"]
        return {"entry_key": known["entry_key"], "reentry": again}


class LimitsForm(forms.Form):
    """How much advertising the flow may send, and who is left out."""

    priority = forms.IntegerField(
        label=gettext_lazy("Priority"), min_value=0, max_value=100, initial=50,
        help_text=gettext_lazy("If two automations want to advertise to one person, the higher number writes first."),
    )  # fmt: skip
    holdout = forms.IntegerField(
        label=gettext_lazy("Percent who get no advertising"), min_value=0, max_value=50, initial=0,
        help_text=gettext_lazy("Drawn once by lot, so that you can see what the advertising brings. 0 leaves it out."),
    )  # fmt: skip
    messages = forms.IntegerField(
        label=gettext_lazy("At most so many advertising mails"), min_value=1, max_value=100, required=False,
        help_text=gettext_lazy("Empty: the rules for all automations hold."),
    )  # fmt: skip
    days = forms.IntegerField(label=gettext_lazy("in so many days"), min_value=1, max_value=365, required=False)
    amount = forms.IntegerField(label=gettext_lazy("And between two of them at least"), min_value=0, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=ELAPSED_UNITS, initial="hours")

    @classmethod
    def initial_of(cls, raw: JSONDict) -> JSONDict:
        """What the form shows for a stored definition."""
        found = {"priority": raw.get("priority", 50), "holdout": raw.get("holdout", 0)}
        cap = raw.get("cap")
        if cap:
            found |= {"messages": cap.get("messages"), "days": cap.get("days", 7)}
            found |= amount_of(cap["gap"]) if "gap" in cap else {}
        return found

    def clean(self) -> JSONDict:
        found = super().clean() or {}
        if bool(found.get("messages")) != bool(found.get("days")):
            self.add_error("days", _("Give both: how many mails, and in how many days."))
        return found

    def entries(self) -> JSONDict:
        """``priority``, ``holdout`` and, if there is one, ``cap`` of the definition."""
        known = self.cleaned_data
        found: JSONDict = {"priority": known["priority"], "holdout": known["holdout"]}
        if known["messages"]:
            gap = {"gap": length_of(known)} if known["amount"] else {}
            found["cap"] = {"messages": known["messages"], "days": known["days"], **gap}
        return found
