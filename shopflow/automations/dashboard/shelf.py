"""New flows: from nothing, as a copy, or from a file; and flows as files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from shopflow.automations.dashboard.builder import BUILDER, conflicting, revision_of, with_draft
from shopflow.automations.dashboard.rights import CHANGE, VIEW
from shopflow.automations.definitions import read
from shopflow.automations.exceptions import DefinitionInvalid, DraftConflict, NotAllowed
from shopflow.automations.models import Flow, FlowDraft, FlowVersion
from shopflow.automations.rows import missing_rows
from shopflow.automations.services import create_flow, definition_in, import_definition
from shopflow.contracts.types import JSONDict
from shopflow.core.access import staff_page
from shopflow.core.strict_json import read_json

LARGEST = 512 * 1024
WORDS = ("name", "description", "reason")
SHOWN = 5
"""So many of the things that a file names and the shop does not have are told at once; the editor shows all."""


class FileField(forms.FileField):
    """A flow as JSON; the value is what the file says."""

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if file is None:
            return None
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 512 kB; a flow is never that large."))
        try:
            found = read_json(file.read().decode("utf-8-sig"))
        except ValueError as error:
            raise forms.ValidationError(_("This cannot be read as JSON: %(error)s") % {"error": error}) from error
        if not isinstance(found, dict):
            raise forms.ValidationError(_("This file holds no automation. Export one to see how it looks."))
        return found


class NewFlowForm(forms.Form):
    """What a new flow is called and what it begins as."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("What is it for?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    copy_of = forms.ModelChoiceField(
        Flow.objects.none(), label=gettext_lazy("As a copy of"), required=False, to_field_name="code",
        empty_label=gettext_lazy("nothing: begin with an empty flow"),
    )  # fmt: skip
    file = FileField(
        label=gettext_lazy("Or from a file"), required=False, help_text=gettext_lazy("An automation as JSON.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = Flow.objects.filter(active_version__isnull=False).select_related("active_version").order_by("name")
        self.fields["copy_of"].queryset = able  # type: ignore[attr-defined]


class ImportForm(forms.Form):
    file = FileField(label=gettext_lazy("File"), help_text=gettext_lazy("An automation as JSON."))


def free_code(name: str) -> str:
    """A code for a flow called ``name`` that no other one has."""
    stem = slugify(name).replace("-", "_")[:50] or "flow"
    taken = set(Flow.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}_{number}"
    return code


@staff_page(CHANGE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a new flow and open its draft."""
    form = NewFlowForm(request.POST or None, request.FILES or None, initial={"copy_of": request.GET.get("von", "")})
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data
        try:
            draft = create_flow(
                code=free_code(known["name"]), name=known["name"], description=known["description"],
                reason=_reason(known), definition=_beginning(known), actor=request.user,
            )  # fmt: skip
            _tell_missing(request, draft)
            return redirect(BUILDER, code=draft.flow.code)
        except DefinitionInvalid as error:
            form.add_error("file" if known["file"] else "copy_of", error.problems)
        except NotAllowed as error:
            form.add_error("name", str(error))
    status = 422 if form.errors else 200
    return render(request, "shopflow/automations/builder/new.html", {"form": form}, status=status)


def _beginning(known: JSONDict) -> JSONDict | None:
    if known["file"]:
        return definition_of_file(known["file"])
    source = known["copy_of"]
    return source.active_version.definition if source is not None else None


def _reason(known: JSONDict) -> str:
    source = known["file"] or {}
    if known["copy_of"] is not None and not source:
        return str(known["copy_of"].reason)
    return str(source.get("reason", ""))


def _tell_missing(request: HttpRequest, draft: FlowDraft) -> None:
    """Warn of segments, texts and others that the draft names and the shop does not have; the draft keeps them."""
    definition = definition_in(draft)
    gone = missing_rows(read(definition)) if definition["steps"] else []
    for said in gone[:SHOWN]:
        messages.warning(request, said)
    if (more := len(gone) - SHOWN) > 0:
        words = ngettext(
            "%(count)s more is missing: see the steps.", "%(count)s more are missing: see the steps.", more
        )
        messages.warning(request, words % {"count": more})


def definition_of_file(file: JSONDict) -> JSONDict:
    """The definition in an exported file, or the file itself when it is nothing but a definition."""
    inner = file.get("definition")
    return inner if isinstance(inner, dict) else file


@with_draft
@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest, draft: FlowDraft) -> HttpResponse:
    """Put a file's definition into the draft; what was in it can be taken back."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = import_definition(
                flow=draft.flow, definition=definition_of_file(form.cleaned_data["file"]), actor=request.user,
                revision=revision_of(request, draft),
            )  # fmt: skip
            messages.success(request, _("The file is in the draft now. Look through it and publish it."))
            _tell_missing(request, changed)
            return redirect(BUILDER, code=draft.flow.code)
        except DefinitionInvalid as error:
            form.add_error("file", error.problems)
        except DraftConflict as conflict:
            return conflicting(request, draft, conflict)
    context = {"flow": draft.flow, "draft": draft, "form": form}
    return render(request, "shopflow/automations/builder/import.html", context, status=422 if form.errors else 200)


@staff_page(VIEW)
@require_GET
def export_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version as a file, for another shop or for keeping."""
    version = get_object_or_404(FlowVersion.objects.select_related("flow"), pk=version_id)
    return _file(version.flow, version.definition, f"{version.flow.code}-{version.number}")


@with_draft
@require_GET
def export_draft(request: HttpRequest, draft: FlowDraft) -> HttpResponse:
    return _file(draft.flow, definition_in(draft), f"{draft.flow.code}-entwurf")


def _file(flow: Flow, definition: JSONDict, name: str) -> HttpResponse:
    told = {"code": flow.code, **{word: getattr(flow, word) for word in WORDS}, "definition": definition}
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer
