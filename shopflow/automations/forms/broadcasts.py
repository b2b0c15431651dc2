"""What is sent to whom, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shopflow.audience.models import Segment
from shopflow.audience.purposes import purposes
from shopflow.automations.models import Flow
from shopflow.automations.queries import active_definition, startable_flows
from shopflow.contracts.mail import legal_bases
from shopflow.core import clock
from shopflow.mailing.texts import shipped

NEWSLETTER = "newsletter"
"""What the names of templates begin with that stand on their own, without an order or a basket."""


class BroadcastForm(forms.Form):
    """A text of its own, or an automation with a manual trigger; a segment; a time."""

    label = forms.CharField(label=_("Name, for you alone"), max_length=100)
    what = forms.ChoiceField(label=_("What goes out"))
    purpose = forms.ChoiceField(
        label=_("Purpose of the text"), required=False,
        help_text=_("For a text. An automation brings its own."),
    )  # fmt: skip
    basis = forms.ChoiceField(label=_("Legal basis of the text"), required=False)
    segment = forms.ModelChoiceField(
        label=_("To whom"),
        required=False,
        queryset=Segment.objects.order_by("label"),
        help_text=_("An automation may name its segment itself; then leave it empty."),
    )
    planned_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        help_text=_("Leave it empty to begin as soon as you have confirmed."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M"],
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        texts = [
            (f"text:{code}", _now("the text “%(code)s”") % {"code": code})
            for code in shipped.codes()
            if code.startswith(NEWSLETTER) and shipped.is_marked(code, shipped.ADVERTISING)
        ]
        flows = [(f"flow:{flow.code}", flow.name) for flow in startable_flows()]
        choices: Any = [(_("Texts"), texts)]
        if flows:
            choices.append((_("Automations started by hand"), flows))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        self.fields["purpose"].initial, self.fields["basis"].initial = "newsletter", "consent"
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (purpose.code, purpose.label) for purpose in purposes if purpose.code != "tracking"
        ]
        self.fields["basis"].choices = [(basis.code, basis.label) for basis in legal_bases]  # type: ignore[attr-defined]

    def clean_planned_at(self) -> Any:
        moment = self.cleaned_data["planned_at"]
        if moment is not None and moment < clock.now() - timedelta(minutes=5):
            raise ValidationError(_("This moment has passed. Choose a later one, or leave it empty."))
        return moment or clock.now()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if str(found.get("what", "")).startswith("text:"):
            for name in ("purpose", "basis"):
                if not found.get(name):
                    self.add_error(name, _("A text needs a purpose and a legal basis."))
        found["segment"] = found.get("segment") or self._own_segment(str(found.get("what", "")))
        if found["segment"] is None:
            self.add_error("segment", _("Choose the people whom it goes to."))
        return found

    def _own_segment(self, what: str) -> Segment | None:
        """The segment that the chosen automation's trigger names."""
        flow = next((flow for flow in startable_flows() if what == f"flow:{flow.code}"), None)
        definition = active_definition(flow) if flow is not None else None
        code = definition.trigger.segment if definition is not None else ""
        return Segment.objects.filter(code=code).first() if code else None

    @property
    def template(self) -> str:
        """The text's template; empty for an automation."""
        kind, _colon, code = str(self.cleaned_data["what"]).partition(":")
        return code if kind == "text" else ""

    @property
    def flow(self) -> Flow:
        return Flow.objects.select_related("active_version").get(code=self.cleaned_data["what"].partition(":")[2])


class ConfirmForm(forms.Form):
    """The number of people, typed by whoever starts it, so that nobody writes to thousands by mistake."""

    count = forms.IntegerField(label=_("Type the number of people that it goes to"), min_value=0)

    def __init__(self, *args: Any, expected: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_count(self) -> int:
        count: int = self.cleaned_data["count"]
        if count != self.expected:
            raise ValidationError(
                _now("It is not %(typed)s but %(expected)s people now. Look at the preview once more.")
                % {"typed": count, "expected": self.expected}
            )
        return count
