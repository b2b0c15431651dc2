"""The flow editor: the draft as a tree, and everything that is done to a step as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from shopflow.automations.dashboard.board import Board, board_of, label_of, standing_in
from shopflow.automations.dashboard.rights import CHANGE
from shopflow.automations.definitions import editing
from shopflow.automations.exceptions import DefinitionInvalid, DraftConflict, NotAllowed
from shopflow.automations.forms.parts import NameForm
from shopflow.automations.models import Flow, FlowDraft
from shopflow.automations.palette import new_step, shelves
from shopflow.automations.services import change_draft, definition_in, describe_flow, open_draft, step_through_draft
from shopflow.contracts.automations import flows
from shopflow.contracts.types import JSONDict
from shopflow.core.access import staff_page
from shopflow.core.paging import whole_number

P = ParamSpec("P")
BUILDER = "shopflow-staff:automations-builder"


@dataclass(frozen=True)
class Change:
    """What one command makes of a definition. ``step`` is where people are then, ``hint`` what may surprise them."""

    definition: JSONDict
    sentence: str
    step: str = ""
    hint: str = ""


def with_draft(
    view: Callable[Concatenate[HttpRequest, FlowDraft, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Decorate a view of a draft: it gets the flow's draft; a flow without one leads to its own page."""

    @staff_page(CHANGE)
    @wraps(view)
    def found(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        flow = get_object_or_404(Flow, code=code)
        draft = FlowDraft.objects.select_related("flow__active_version", "base", "changed_by").filter(flow=flow).first()
        if draft is None:
            if wants_fragment(request):
                return JsonResponse({"said": _gone()}, status=410)
            posted = request.method == "POST"
            messages.info(request, _gone() if posted else _("There is no draft. Press “Edit” to begin one."))
            return redirect("shopflow-staff:automations-flow", code=code)
        return view(request, draft, *args, **kwargs)

    return found


def _gone() -> str:
    return _(
        "The draft has been published or discarded meanwhile, so this was not saved. "
        "Go to the automation and press “Edit” for a new draft."
    )


def wants_fragment(request: HttpRequest) -> bool:
    """Whether the editor's script asks, which wants parts of pages."""
    return request.headers.get("X-Requested-With") == "builder"


@staff_page(CHANGE)
@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Open the draft; the first time it begins as the active version."""
    flow = get_object_or_404(Flow, code=code)
    try:
        open_draft(flow=flow, actor=request.user)
    except DefinitionInvalid as error:
        messages.error(request, _("This version cannot be edited: %(why)s") % {"why": " ".join(error.problems)})
        return redirect("shopflow-staff:automations-flow", code=code)
    return redirect(BUILDER, code=code)


@with_draft
@require_GET
def builder(request: HttpRequest, draft: FlowDraft) -> HttpResponse:
    return render(request, "shopflow/automations/builder/page.html", {**page_of(draft), "words": _words()})


def _words() -> dict[str, str]:
    """What the editor's script says."""
    return {
        "saved": _("Every change is saved at once."),
        "signedOut": _(
            "You are not signed in any more, so this was not saved. Sign in in another window, then come back."
        ),
        "toFlow": _("To the automation"),
        "left": _("not saved yet"),
        "renewed": _("The form fits the choice now."),
        "saving": _("Saving …"),
        "failed": _("No connection: not saved yet. It is tried again by itself."),
        "refused": _("This could not be done. Load the page again."),
        "offline": _("There is no connection."),
        "kept": _("There is no connection. What you have entered stays here."),
        "formKept": _("What you have entered is still in the form: look whether it still fits and save once more."),
        "again": _("Once more"),
        "undo": _("Take back"),
        "close": pgettext("window", "Close"),
        "wrong": _("Something is missing or wrong."),
        "unsaved": _("There is something here that you have not saved."),
        "bringBack": _("Bring it back"),
        "chosen": _("Choose what comes to the marked place."),
        "drag": _("Drag a block to its place, or press + in the flow."),
    }


def page_of(draft: FlowDraft) -> dict[str, Any]:
    """What the editor's page and its parts need."""
    raw = definition_in(draft)
    numbers = list(draft.states.order_by("number").values_list("number", flat=True))
    return {
        "flow": draft.flow,
        "draft": draft,
        "board": board_of(raw, standing=standing_in(draft.flow_id)),
        "may_undo": bool(numbers) and numbers[0] < draft.position,
        "may_redo": bool(numbers) and numbers[-1] > draft.position,
        "shelves": shelves(event=event_of(raw), triggers=True),
        "is_own": draft.flow.code not in flows,
    }


def event_of(raw: JSONDict) -> str:
    """The code of the event that begins the flow; empty for one that is started by hand."""
    return str((raw.get("trigger") or {}).get("event", ""))


@with_draft
@require_GET
def palette(request: HttpRequest, draft: FlowDraft) -> HttpResponse:
    """What can be put at a place; a page of its own without scripts."""
    raw = definition_in(draft)
    place, search = request.GET.get("place", editing.FIRST), request.GET.get("q", "")
    context = {
        "flow": draft.flow,
        "draft": draft,
        "place": place,
        "search": search,
        "shelves": shelves(event=event_of(raw), search=search),
    }
    return render(request, "shopflow/automations/builder/palette_page.html", context)


# What is done


def _insert(raw: JSONDict, given: Any) -> Change:
    entry = given.get("entry", "")
    if entry.startswith("trigger:"):
        event = entry.removeprefix("trigger:")
        trigger: JSONDict = {"event": event} if event else {"manual": True}
        return Change({**raw, "trigger": trigger}, _("Beginning changed"), "trigger")
    step = new_step(entry)
    if step is None:
        raise NotAllowed(_("This is not installed any more. Choose something else."))
    step_id = editing.new_id(entry.partition(":")[2] or step["kind"], [one["id"] for one in raw["steps"]])
    if step["kind"] == "split":
        step["experiment"] = step_id
    place = given.get("place", "")
    steps = editing.insert(raw["steps"], {"id": step_id, **step}, place)
    sentence = _("Put in: %(step)s") % {"step": label_of(step)}
    return Change({**raw, "steps": steps}, sentence, step_id, _surprise(steps, step_id, place))


def _move(raw: JSONDict, given: Any) -> Change:
    step_id, place = given.get("step", ""), given.get("place", "")
    steps = editing.move(raw["steps"], step_id, place)
    sentence = _("Moved: %(step)s") % {"step": _label(raw, step_id)}
    return Change({**raw, "steps": steps}, sentence, step_id, _surprise(steps, step_id, place))


def _surprise(steps: list[JSONDict], step_id: str, place: str) -> str:
    """What to say when a step is drawn below a question although it was put into one of its ways."""
    if not place.startswith("in:") or editing.is_at(steps, step_id, place):
        return ""
    return _("It stands below, because all other ways end here: whoever comes this far has gone this way.")


def _move_by(by: int) -> Callable[[JSONDict, Any], Change]:
    def move(raw: JSONDict, given: Any) -> Change:
        step_id = given.get("step", "")
        steps = editing.move_by(raw["steps"], step_id, by)
        sentence = _("Moved up: %(step)s") if by < 0 else _("Moved down: %(step)s")
        return Change({**raw, "steps": steps}, sentence % {"step": _label(raw, step_id)}, step_id)

    return move


def _delete(raw: JSONDict, given: Any) -> Change:
    step_id = given.get("step", "")
    before = [one["id"] for one in raw["steps"]]
    label = _label(raw, step_id)
    steps, instead = editing.delete(raw["steps"], step_id)
    goals = [{**one, "then": instead[one["then"]]} if one.get("then") in instead else one
             for one in raw.get("goals", [])]  # fmt: skip
    left = [one["id"] for one in steps]
    near = next((one for one in reversed(before[: before.index(step_id)]) if one in left), left[0] if left else "")
    made = {**raw, "steps": steps, **({"goals": goals} if goals else {})}
    lost = len(before) - len(left)
    if lost > 1:
        return Change(made, _("Deleted: %(step)s, and %(count)s steps below it")
                      % {"step": label, "count": lost - 1}, near)  # fmt: skip
    return Change(made, _("Deleted: %(step)s") % {"step": label}, near)


def _duplicate(raw: JSONDict, given: Any) -> Change:
    steps, twin = editing.duplicate(raw["steps"], given.get("step", ""))
    return Change({**raw, "steps": steps}, _("Copied: %(step)s") % {"step": _label(raw, given.get("step", ""))}, twin)


def _label(raw: JSONDict, step_id: str) -> str:
    return next((label_of(step) for step in raw["steps"] if step["id"] == step_id), step_id)


COMMANDS: dict[str, Callable[[JSONDict, Any], Change]] = {
    "insert": _insert,
    "move": _move,
    "up": _move_by(-1),
    "down": _move_by(1),
    "delete": _delete,
    "duplicate": _duplicate,
}


@with_draft
@require_POST
def act(request: HttpRequest, draft: FlowDraft) -> HttpResponse:
    """Carry out a command of the editor, or take one back, and show the draft as it is then."""
    verb, _colon, step = request.POST.get("do", "").partition(":")
    given = {**request.POST.dict(), **({"step": step} if step else {})}
    revision = revision_of(request, draft)
    try:
        if verb in ("undo", "redo"):
            moved, what = step_through_draft(
                draft=draft, revision=revision, by=-1 if verb == "undo" else 1, actor=request.user
            )
            sentence = _("Taken back: %(what)s") if verb == "undo" else _("Done again: %(what)s")
            return answer(request, moved, Change({}, sentence % {"what": what}))
        if verb not in COMMANDS:
            return HttpResponse(status=400)
        if revision != draft.revision:
            raise DraftConflict(draft)
        change = COMMANDS[verb](definition_in(draft), given)
        changed = store(request, draft, revision, change)
    except DraftConflict as conflict:
        return conflicting(request, draft, conflict)
    except NotAllowed as error:
        return refused(request, draft, str(error))
    return answer(request, changed, change, opens=verb == "insert" and change.step != "trigger")


def revision_of(request: HttpRequest, draft: FlowDraft) -> int:
    """The revision of ``draft`` that the change was made from; 0, which there never is, for anything else."""
    key, _dash, number = request.POST.get("revision", "").partition("-")
    return (whole_number(number) or 0) if key == str(draft.pk) else 0


def store(request: HttpRequest, draft: FlowDraft, revision: int, change: Change) -> FlowDraft:
    return change_draft(
        draft=draft, revision=revision, definition=change.definition, sentence=change.sentence, actor=request.user
    )


def answer(request: HttpRequest, draft: FlowDraft, change: Change, *, opens: bool = False) -> HttpResponse:
    """The draft after a change: its board for the script, else the page, or the form of the step just put in."""
    if wants_fragment(request):
        told = {"said": change.sentence, "step": change.step, "opens": opens, "hint": change.hint}
        return JsonResponse({**state_of(request, draft), **told})
    messages.success(request, f"{change.sentence} {change.hint}".strip())
    if opens:
        return redirect("shopflow-staff:automations-builder-step", code=draft.flow.code, step=change.step)
    page = redirect(BUILDER, code=draft.flow.code)
    if change.step:
        page["Location"] += f"#step-{change.step}"
    return page


def state_of(request: HttpRequest, draft: FlowDraft) -> JSONDict:
    """What the script needs to show the draft as it is."""
    page = page_of(draft)
    board: Board = page["board"]
    return {
        "revision": draft.mark,
        "token": get_token(request),
        "board": render_to_string("shopflow/automations/builder/board.html", page, request),
        "undo": page["may_undo"],
        "redo": page["may_redo"],
        "errors": board.errors,
        "warnings": board.warnings,
    }


def quicker(request: HttpRequest, conflict: DraftConflict) -> str:
    """Who has changed the draft meanwhile, as a sentence."""
    now = conflict.draft
    who = now.changed_by.email if now is not None and now.changed_by is not None else _("somebody else")
    if request.user == (now.changed_by if now is not None else None):
        who = _("you, in another window")
    return _("The draft has been changed meanwhile by %(who)s. Nothing of it was overwritten.") % {"who": who}


def conflicting(request: HttpRequest, draft: FlowDraft, conflict: DraftConflict) -> HttpResponse:
    """Say who was quicker. The script gets the newer state and may do its change once more, on top of it."""
    sentence = quicker(request, conflict)
    if wants_fragment(request):
        fresh = FlowDraft.objects.select_related("flow").filter(pk=draft.pk).first()
        if fresh is None:
            return JsonResponse({"said": _gone()}, status=410)
        return JsonResponse({**state_of(request, fresh), "said": sentence}, status=409)
    messages.warning(request, _("%(sentence)s Please do your change once more.") % {"sentence": sentence})
    return redirect(BUILDER, code=draft.flow.code)


def refused(request: HttpRequest, draft: FlowDraft, sentence: str) -> HttpResponse:
    if wants_fragment(request):
        return JsonResponse({"said": sentence}, status=422)
    messages.warning(request, sentence)
    return redirect(BUILDER, code=draft.flow.code)


@with_draft
@require_GET
def state(request: HttpRequest, draft: FlowDraft) -> HttpResponse:
    """The draft as it is now, for a script that has been away."""
    return JsonResponse(state_of(request, draft))


@with_draft
def name(request: HttpRequest, draft: FlowDraft) -> HttpResponse:
    """What the flow is called; this holds at once, not only once it is published."""
    form = NameForm(request.POST or None, instance=draft.flow)
    if request.method == "POST" and form.is_valid():
        try:
            describe_flow(flow=draft.flow, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
        except NotAllowed as error:
            messages.warning(request, str(error))
        return redirect(BUILDER, code=draft.flow.code)
    context = {"flow": draft.flow, "draft": draft, "form": form}
    return render(request, "shopflow/automations/builder/name.html", context, status=422 if form.errors else 200)
