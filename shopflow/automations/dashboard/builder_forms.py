"""The forms of the flow editor: one step, or one of the parts that are no steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from shopflow.automations.dashboard.board import board_of, reading_of, remarks_on, targets_of, title_of
from shopflow.automations.dashboard.builder import (
    Change,
    answer,
    conflicting,
    event_of,
    quicker,
    refused,
    revision_of,
    state_of,
    store,
    wants_fragment,
    with_draft,
)
from shopflow.automations.definitions import editing
from shopflow.automations.definitions.naming import fingerprint
from shopflow.automations.definitions.tree import branch_out, branching
from shopflow.automations.exceptions import DraftConflict, NotAllowed
from shopflow.automations.forms.happenings import HappeningEditor
from shopflow.automations.forms.parts import EntryForm, LimitsForm, TriggerEditor
from shopflow.automations.forms.questions import QuestionEditor
from shopflow.automations.forms.steps import StepEditor
from shopflow.automations.models import FlowDraft
from shopflow.automations.palette import WAITS, about_event, about_step
from shopflow.automations.services import definition_in
from shopflow.contracts.types import JSONDict


def _show(request: HttpRequest, draft: FlowDraft, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The form as a page, or alone for the script."""
    seen = {"revision": request.POST.get("revision", draft.mark), "was": request.POST.get("was", context["now"])}
    known = {"flow": draft.flow, "draft": draft, **seen, **context}
    if wants_fragment(request):
        return HttpResponse(render_to_string("shopflow/automations/builder/form.html", known, request), status=status)
    return render(request, "shopflow/automations/builder/form_page.html", known, status=status)


def _save(request: HttpRequest, draft: FlowDraft, change: Change, context: dict[str, Any]) -> HttpResponse:
    """Store the change, unless somebody else was quicker. What was entered then stays in the form.

    The script knows of others' changes by its own commands, too: so a form also says what its step was when it was
    opened.
    """
    try:
        if request.POST.get("was", context["now"]) != context["now"]:
            raise DraftConflict(draft)
        changed = store(request, draft, revision_of(request, draft), change)
    except DraftConflict as conflict:
        return _overtaken(request, draft, conflict, context)
    return answer(request, changed, change)


def _overtaken(
    request: HttpRequest, draft: FlowDraft, conflict: DraftConflict, context: dict[str, Any]
) -> HttpResponse:
    """Say who was quicker, and how this part reads now if that was changed; saving once more counts."""
    fresh = FlowDraft.objects.select_related("flow").filter(pk=draft.pk).first()
    if fresh is None:
        return conflicting(request, draft, conflict)
    sentence = quicker(request, conflict)
    if request.POST.get("was", context["now"]) != context["now"]:
        sentence = _("Meanwhile this was changed to “%(text)s”. Nothing of it was overwritten.") % {
            "text": context["reads"]
        }  # fmt: skip
    if wants_fragment(request):
        told = {**state_of(request, fresh), "said": sentence, "was": context["now"]}
        return JsonResponse(told, status=409)
    advice = _("What you have entered still stands here: look whether it still fits and save once more.")
    again = {**context, "conflict": f"{sentence} {advice}", "revision": fresh.mark, "was": context["now"]}
    return _show(request, fresh, again, status=409)


@with_draft
def step(request: HttpRequest, draft: FlowDraft, step: str) -> HttpResponse:
    """One step's form. Buttons that only add or take away a row come back with the form and store nothing."""
    raw = definition_in(draft)
    try:
        row, number = editing.find(branch_out(raw["steps"]), step)
    except NotAllowed as error:
        return _lost(request, draft, str(error))
    node = row.nodes[number]
    data = request.POST if request.method == "POST" else None
    kind = (request.POST if data is not None else request.GET).get("art", "")
    kind = kind if kind in WAITS and node.raw["kind"] == "wait" else ""
    card = board_of(raw).card(step)
    editor = StepEditor(
        node=node, row=row, event=event_of(raw), targets=targets_of(raw), data=data, kind=kind or branching(node.raw)
    )
    context = {
        "editor": editor,
        "title": title_of(node.raw),
        "about": about_step(node.raw, wait=editor.kind),
        "step": step,
        "node": step,
        "card": card,
        "waits": [(code, label) for code, (label, _text, _raw) in WAITS.items()] if node.raw["kind"] == "wait" else [],
        "places": _places(raw, step),
        "url": reverse("shopflow-staff:automations-builder-step", args=[draft.flow.code, step]),
        "now": fingerprint(node.raw),
        "reads": card.text,
    }
    if data is None:
        return _show(request, draft, context)
    if command := request.POST.get("row", ""):
        editor.act(command)
        return _show(request, draft, context)
    if editor.mail is not None and editor.mail.is_fresh:  # nobody has seen yet what the template has brought along
        return _show(request, draft, context)
    if not editor.is_valid():
        return _show(request, draft, context, status=422)
    try:
        steps = editing.replace(
            raw["steps"], editor.step(), ends=editor.ends.ends(), kept=editor.kept_ways(),
            onward=editor.ends.cleaned_data.get("onward", ""),
        )  # fmt: skip
    except NotAllowed as error:
        return refused(request, draft, str(error))
    sentence = _("Changed: %(step)s") % {"step": context["title"]}
    return _save(request, draft, Change({**raw, "steps": steps}, sentence, step), context)


def _lost(request: HttpRequest, draft: FlowDraft, sentence: str) -> HttpResponse:
    """The step of the form is gone: others have taken it out."""
    if request.method == "POST":
        sentence += " " + _("Take its deletion back to save this, or put in another step.")
    if wants_fragment(request):
        return JsonResponse({**state_of(request, draft), "said": sentence}, status=422)
    return refused(request, draft, sentence)


@dataclass(frozen=True)
class _Place:
    value: str
    label: str


def _places(raw: JSONDict, step: str) -> list[_Place]:
    """Where the step could be moved to, in words: what dragging does, for everybody."""
    board = board_of(raw)
    words = {editing.FIRST: _("at the very beginning")}
    for card in board.all_cards():
        words[card.place] = _("after %(number)s %(step)s") % {"number": card.number, "step": card.text}
        for lane in card.lanes:
            words[lane.place] = _("first in “%(way)s” of %(number)s %(step)s") % {
                "way": lane.label, "number": card.number, "step": card.text
            }  # fmt: skip
    return [_Place(place, words[place]) for place in editing.places(raw["steps"], step) if place in words]


@with_draft
def part(request: HttpRequest, draft: FlowDraft, part: str) -> HttpResponse:
    """When the flow begins, for whom, how often, what ends it, what it is for, or its limits."""
    if part not in PARTS:
        raise Http404
    title, build, made = PARTS[part]
    raw = definition_in(draft)
    data = request.POST if request.method == "POST" else None
    editor = build(raw, data)
    context = {
        "title": title(),
        "part": part,
        "node": part,
        part: editor,
        "remarks": remarks_on(raw)[1].get(part, []),
        "url": reverse("shopflow-staff:automations-builder-part", args=[draft.flow.code, part]),
        "now": fingerprint({name: raw.get(name) for name in STORED.get(part, (part,))}),
        "reads": reading_of(raw, part),
    }
    if part == "trigger":
        context["about"] = about_event(editor.form["event"].value() or "")
    if data is None:
        return _show(request, draft, context)
    if command := request.POST.get("row", ""):
        if hasattr(editor, "act"):
            editor.act(command)
        return _show(request, draft, context)
    if not editor.is_valid():
        return _show(request, draft, context, status=422)
    change = Change({**raw, **made(editor)}, _("Changed: %(step)s") % {"step": title()}, part)
    for name in ("conditions", "exits", "goals"):
        if not change.definition.get(name):
            change.definition.pop(name, None)
    if part == "limits" and "cap" not in made(editor):
        change.definition.pop("cap", None)
    return _save(request, draft, change, context)


def _asked(raw: JSONDict, data: Any) -> QuestionEditor:
    asked = raw.get("conditions")
    editor = QuestionEditor(name="ask", event=event_of(raw), data=data, raw={"all": asked} if asked else None)
    if data is None and not asked:
        editor.act("row:ask")
    return editor


STORED = {"entry": ("entry_key", "reentry"), "limits": ("priority", "holdout", "cap")}
"""Under which names of a definition those parts are stored that are not called as they are there."""

PARTS: dict[str, tuple[Any, Any, Any]] = {
    "trigger": (
        lambda: _("Begin"),
        lambda raw, data: TriggerEditor(raw=raw.get("trigger") or {}, data=data),
        lambda editor: {"trigger": editor.raw()},
    ),
    "conditions": (lambda: _("For whom"), _asked, lambda editor: {"conditions": editor.questions()}),
    "entry": (
        lambda: _("How often"),
        lambda raw, data: EntryForm(
            data, prefix="entry", trigger=raw.get("trigger") or {}, initial=EntryForm.initial_of(raw)
        ),
        lambda editor: editor.entries(),
    ),
    "exits": (
        lambda: _("Ends at once on"),
        lambda raw, data: HappeningEditor(
            name="exits", begins=event_of(raw), role="exit", data=data, raw=raw.get("exits")
        ),
        lambda editor: {"exits": editor.raw()},
    ),
    "goals": (
        lambda: _("Goal"),
        lambda raw, data: HappeningEditor(
            name="goals", begins=event_of(raw), role="goal", data=data, raw=raw.get("goals"), targets=targets_of(raw)
        ),
        lambda editor: {"goals": editor.raw()},
    ),
    "limits": (
        lambda: _("Limits"),
        lambda raw, data: LimitsForm(data, prefix="limits", initial=LimitsForm.initial_of(raw)),
        lambda editor: editor.entries(),
    ),
}
