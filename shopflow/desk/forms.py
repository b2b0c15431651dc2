from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.contracts.desk import task_kinds
from shopflow.core import clock
from shopflow.core.workdays import add_working_days
from shopflow.desk import queries
from shopflow.mailing.forms import AddressField

DUE_HOUR = time(17)


def _kinds() -> list[tuple[str, Any]]:
    return sorted(((kind.code, kind.label) for kind in task_kinds), key=lambda pair: str(pair[1]))


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of day and time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M"])


class TaskFilter(forms.Form):
    """Whose tasks, and of which kind. ``owner``: a user's number, ``none``, or empty for everybody's."""

    owner = forms.ChoiceField(label=gettext_lazy("Whose"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), str(person)) for person in queries.staff()]
        self.fields["owner"].choices = [("", _("everybody's")), ("none", _("nobody's")), *people]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("all kinds")), *_kinds()]  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """A task that somebody writes down by hand."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=160)
    text = forms.CharField(label=gettext_lazy("Details"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    due_at = _moment(gettext_lazy("Due"))
    owner: Any = forms.ModelChoiceField(
        label=gettext_lazy("Who does it"), queryset=None, required=False, empty_label=gettext_lazy("nobody yet")
    )
    email = AddressField(label=gettext_lazy("Customer's e-mail, if it concerns one"), required=False)
    reference = forms.CharField(label=gettext_lazy("Order number, if it concerns one"), required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]
        self.fields["owner"].queryset = queries.staff()  # type: ignore[attr-defined]
        self.fields["kind"].initial = "follow_up"
        self.fields["due_at"].initial = next_working_day(clock.now())


class AssignForm(forms.Form):
    owner: Any = forms.ModelChoiceField(
        label=gettext_lazy("Who does it"), queryset=None, required=False, empty_label=gettext_lazy("nobody yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = queries.staff()  # type: ignore[attr-defined]


class PostponeForm(forms.Form):
    due_at = _moment(gettext_lazy("New date"))
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=255)

    def clean_due_at(self) -> datetime:
        due_at: datetime = self.cleaned_data["due_at"]
        if due_at <= clock.now():
            raise forms.ValidationError(_("This moment has passed. Choose one that is still to come."))
        return due_at


class CloseForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("Result"), required=False, max_length=255)


class NoteForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Note"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def next_working_day(now: datetime) -> datetime:
    """Five o'clock on the first working day after ``now``."""
    local = localtime(now)
    return datetime.combine(add_working_days(local.date() + timedelta(), 1), DUE_HOUR, tzinfo=local.tzinfo)
