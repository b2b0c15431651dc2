"""Flows that give staff something to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shopflow.audience.queries import contact_of
from shopflow.automations.calendars import Rules
from shopflow.automations.definitions.facts import facts_for_texts
from shopflow.contracts.automations import Action, Outcome, RunContext, actions
from shopflow.contracts.desk import task_kinds
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.types import Label
from shopflow.core.filling import fill
from shopflow.desk.services import open_task

END_OF_DAY = time(17)


class StaffTaskForm(forms.Form):
    """Settings of the action."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    title = forms.CharField(
        label=gettext_lazy("What is to be done"),
        max_length=160,
        help_text=gettext_lazy("Words of the event may stand in braces, such as {order_number}."),
    )
    text = forms.CharField(label=gettext_lazy("Details"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    working_days = forms.IntegerField(
        label=gettext_lazy("Due in so many working days"), min_value=0, max_value=250, initial=1, required=False
    )
    days = forms.IntegerField(
        label=gettext_lazy("Or in so many calendar days, for deadlines of the law"),
        min_value=0,
        max_value=3650,
        required=False,
    )
    about = forms.CharField(
        label=gettext_lazy("About, so that it can be closed by itself"), max_length=100, required=False
    )
    at = forms.TimeField(label=gettext_lazy("At"), initial=END_OF_DAY, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in task_kinds]  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        try:
            fill(title, _Anything())
        except ValueError as error:
            raise ValidationError(_("A brace in this text is not closed or stands alone.")) from error
        return title


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _words(facts: Mapping[str, Any]) -> _Anything:
    return _Anything({name: "" if value is None else str(value) for name, value in facts.items()})


@actions.register
class OpenStaffTask(Action):
    """Settings: ``kind``, ``title`` and ``text`` (may hold ``{fields}``); due after ``working_days`` (1 unless given)
    or ``days`` counted from the run's beginning, at the time ``at``; ``about``: what it is about, such as
    ``withdrawal:{declaration_id}``. The task leads to the event's ``page``, a path of this shop, else to its order, and
    goes to whoever looks after the contact.
    """

    code = "open_staff_task"
    label = gettext_lazy("give the staff a task")
    description = gettext_lazy("Puts a task on the staff's list, with a title and the day it is due.")
    form_class = StaffTaskForm
    transactional = True

    def run(self, context: RunContext, settings: Mapping[str, Any]) -> Outcome:
        kind = settings.get("kind", "follow_up")
        try:
            task_kinds.get(kind)
        except UnknownCode:
            return Outcome.failed("unknown_kind", _("There is no kind of task “%(kind)s”.") % {"kind": kind})
        if context.dry_run:
            return Outcome.done("would_open_task")
        words = _words(facts_for_texts(context.subject))
        email = context.text("email")
        contact = contact_of(email) if email else None
        task = open_task(
            kind=kind,
            title=fill(settings["title"], words),
            text=fill(settings.get("text", ""), words),
            due_at=due_at(context, settings),
            dedupe_key=context.run_key,
            source=f"flow:{context.flow}",
            url=_page(context),
            reference=context.text("order_number"),
            email=email,
            about=fill(settings.get("about", ""), _words(context.subject)),
            owner=contact.owner if contact is not None else None,
        )
        return Outcome.done("task_opened", _("The staff have a task."), task_id=task.pk)

    def describe(self, settings: Mapping[str, Any]) -> Label:
        return _("give the staff the task “%(title)s”") % {"title": settings.get("title", "")}


def due_at(context: RunContext, settings: Mapping[str, Any]) -> datetime:
    """When the task is due: calendar days from the run's beginning, or working days from now."""
    zone = ZoneInfo(django_settings.TIME_ZONE)
    at = parse_time(str(settings.get("at") or "")) or END_OF_DAY
    if settings.get("days") is not None:
        begun = (context.began_at or context.now).astimezone(zone).date()
        return datetime.combine(begun + timedelta(days=int(settings["days"])), at, tzinfo=zone)
    rules = Rules.of_now()
    day = context.now.astimezone(zone).date()
    for _step in range(int(settings.get("working_days", 1))):
        day += timedelta(days=1)
        while rules.day_off(day):
            day += timedelta(days=1)
    return datetime.combine(day, at, tzinfo=zone)


def _page(context: RunContext) -> str:
    """The page that the event names in ``page``, else the order's, where it tells of one."""
    number = context.text("order_number")
    if not number or context.text("page"):
        return context.text("page")
    try:
        return reverse("dashboard:order-detail", kwargs={"number": number})
    except NoReverseMatch:
        return ""
