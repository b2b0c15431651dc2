from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shopflow.automations.calendars import COUNTRY_ZONES, regions_of
from shopflow.automations.definitions import Definition
from shopflow.automations.definitions.wording import step_phrase
from shopflow.automations.models import AutomationSettings, Flow, Run
from shopflow.automations.services.control import TUNABLE
from shopflow.automations.services.migrating import changed_waits
from shopflow.mailing.forms import AddressField


class RunFilter(forms.Form):
    """Which runs to list. ``before`` is where the last page ended."""

    flow = forms.ChoiceField(label=_("Automation"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *Run.State.choices])
    email = forms.CharField(label=_("E-mail address"), required=False, max_length=254)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flows = Flow.objects.order_by("name").values_list("code", "name")
        self.fields["flow"].choices = [("", _("all")), *flows]  # type: ignore[attr-defined]


class FlowFilter(forms.Form):
    """Which automations to list."""

    q = forms.CharField(label=_("Word in name or description"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), ("on", _("on")), ("off", _("off")), ("attention", _("needs attention"))],
    )


class WhyForm(forms.Form):
    email = AddressField(
        label=_("E-mail address"),
        error_messages={"invalid": _("Enter a whole address, such as name@example.org.")},
    )


class RetryForm(forms.Form):
    """Which parked deliveries to try again."""

    delivery = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": _("Tick at least one event to try again.")}
    )

    def __init__(self, *args: Any, parked: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delivery"].choices = [(key, str(key)) for key in parked]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why staff do something that the audit log keeps."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, error_messages={"required": _("Say why: the reason is kept.")}
    )


class MoveForm(ReasonForm):
    """What staff do with a run, where to, and why."""

    node = forms.ChoiceField(label=_("Step"), required=False)

    def __init__(
        self,
        *args: Any,
        places: list[tuple[str, str]],
        wants_place: bool = False,
        wants_reason: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = places  # type: ignore[attr-defined]
        self.fields["node"].required = wants_place
        self.fields["reason"].required = wants_reason


class BlockForm(ReasonForm):
    """An address that automations may not write to, or may again."""

    email = AddressField(label=_("E-mail address"))
    blocked = forms.BooleanField(required=False)


class RulesForm(forms.ModelForm[AutomationSettings]):
    """The rules for every automation."""

    class Meta:
        model = AutomationSettings
        fields = TUNABLE
        widgets = {name: forms.TimeInput(attrs={"type": "time"}) for name in ("quiet_from", "quiet_until")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = [("", _("only nationwide holidays")), *((code, code) for code in regions_of(self.instance.country))]
        self.fields["region"] = forms.ChoiceField(
            label=_("federal state"), choices=regions, required=False, initial=self.instance.region
        )
        for name in ("cap_messages", "cap_days", "per_minute"):
            self.fields[name].min_value = 1  # type: ignore[attr-defined]

    def clean_country(self) -> str:
        country = str(self.cleaned_data["country"]).upper()
        if country not in COUNTRY_ZONES:
            raise forms.ValidationError(
                _("“%(country)s” is not one of: %(known)s.")
                % {"country": country, "known": ", ".join(sorted(COUNTRY_ZONES))}
            )
        return country


class ClosureForm(forms.Form):
    """Days on which the dealer is closed."""

    first_day = forms.DateField(
        label=_("First closed day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Last closed day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("occasion"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = found.get("first_day"), found.get("last_day")
        if first and last and last < first:
            raise forms.ValidationError(_("The last day lies before the first."))
        return found


class MigrationForm(ReasonForm):
    """Where runs at each step of the old version go in the new one.

    Proposed is the step of the same name, else one that does the very same; ``stops`` proposes the end for all.
    """

    def __init__(self, *args: Any, before: Definition, after: Definition, stops: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        targets: list[tuple[str, Any]] = [("stay", _("stays with the old version")), ("stop", _("is ended"))]
        targets += [(step.id, f"→ {step_phrase(step).text}") for step in after.steps]
        alike = {step_phrase(step).text: step.id for step in reversed(after.steps)}
        for step in before.steps:
            text = step_phrase(step).text
            proposed = "stop" if stops else step.id if after.has(step.id) else alike.get(text, "stay")
            self.fields[f"node_{step.id}"] = forms.ChoiceField(label=text, choices=targets, initial=proposed)
        if waits := changed_waits(before, after):
            names = "; ".join(step_phrase(after.step(step.id)).text for step in before.steps if step.id in waits)
            self.fields["anew"] = forms.BooleanField(
                label=_("Changed waits begin anew: %(waits)s") % {"waits": names}, required=False,
                help_text=_("Otherwise everybody who waits there goes on when it was said at the time."),
            )  # fmt: skip

    def nodes(self) -> dict[str, str]:
        """The map of steps."""
        return {name[5:]: value for name, value in self.cleaned_data.items() if name.startswith("node_")}
