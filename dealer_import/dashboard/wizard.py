"""The wizard: a sample file becomes a profile, in steps that can be left and taken up again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealer_import import queries, services
from dealer_import.dashboard.access import PROFILES
from dealer_import.dashboard.runs import progress_url
from dealer_import.files import local_copy
from dealer_import.forms.wizard import MappingForm, SampleForm, SaveForm
from dealer_import.models import ImportRun, ProfileDraft
from dealer_import.profiles import BadProfile, resolve_profile
from dealer_import.profiles.fields import REQUIRED
from dealer_import.transports.limits import not_kept
from dealer_import.wizard.choosing import best_profile
from dealer_import.wizard.evidence import Evidence, look_at
from dealer_import.wizard.previewing import Preview, preview
from dealer_import.wizard.suggesting import best_base, first_tables, renewed_tables
from dealer_import.wizard.wording import label_of
from shopflow.contracts.imports import FileRefused, import_sources
from shopflow.core.access import staff_page


@staff_page(PROFILES)
def start(request: HttpRequest) -> HttpResponse:
    """Step 1: a sample file, looked at."""
    profiles = _profiles(request)
    form = SampleForm(
        request.POST or None, request.FILES or None, profiles=profiles, initial={"name": request.GET.get("name", "")}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            evidence = look_at(file)
            return _begin(request, file, evidence, form.cleaned_data, profiles)
        except FileRefused as refusal:
            form.add_error("file", refusal.hint)
        except OSError as error:
            form.add_error("file", not_kept(error))
    drafts = ProfileDraft.objects.filter(started_by=request.user)[:10]
    status = 422 if form.errors else 200
    return render(request, "shopflow/dealer_import/wizard/start.html", {"form": form, "drafts": drafts}, status=status)


def _begin(request: HttpRequest, file: Any, evidence: Evidence, asked: dict[str, Any], profiles: Any) -> HttpResponse:
    if evidence.format not in import_sources:
        told = _("This looks like %(format)s, but no reader for it is installed.") % {"format": evidence.format}
        raise FileRefused("not_a_table", told)
    name = asked["name"]
    base = asked["base"] or (name if name in profiles else "")
    base = base or best_profile(file, profiles, evidence) or best_base(evidence, profiles)
    if not base and not evidence.columns:
        told = _("This looks like %(format)s, but there is no profile to begin with.") % {"format": evidence.format}
        raise FileRefused("not_a_table", told)
    tables = first_tables(evidence, profiles.get(base))
    if base == name and "source" in profiles[base].options:
        tables["source"] = profiles[base].options["source"]
    draft = services.begin_draft(
        stream=file,
        file_name=file.name,
        evidence=evidence.as_dict(),
        tables=tables,
        based_on=base,
        name=name,
        actor=request.user,
    )
    return redirect("shopflow-staff:import-draft", pk=draft.pk)


def _profiles(request: HttpRequest) -> Any:
    try:
        return queries.known_profiles()
    except BadProfile as error:
        messages.error(request, str(error))
        return {}


@staff_page(PROFILES)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: how the file is read and what its columns mean, with the first rows as the shop would take them."""
    found = get_object_or_404(ProfileDraft, pk=pk)
    columns = found.evidence.get("columns", [])
    form = MappingForm(request.POST or None, tables=found.tables, columns=columns, rows=found.evidence.get("rows", ()))
    is_valid = request.method == "POST" and form.is_valid()
    if request.method == "POST" and _cut_otherwise(found, form):
        here = redirect("shopflow-staff:import-draft", pk=found.pk)
        return HttpResponse(headers={"HX-Refresh": "true"}) if request.headers.get("HX-Request") else here
    if is_valid and not form.errors:
        services.change_draft(draft_id=found.pk, tables=form.tables())
        found.refresh_from_db()
        if "try" in request.POST:
            answer = _try(request, found)
            if answer is not None:
                return answer
    context = {"draft": found, "form": form, "evidence": found.evidence, **_preview(found)}
    template = "preview.html" if request.headers.get("HX-Request") else "draft.html"
    status = 422 if form.errors and template == "draft.html" else 200
    return render(request, f"shopflow/dealer_import/wizard/{template}", context, status=status)


def _cut_otherwise(found: ProfileDraft, form: MappingForm) -> bool:
    """Whether the sample has other columns by what staff say of its encoding, separator and header; they are kept."""
    seen, told = found.evidence, form.reading()
    has_header = seen.get("has_header", True)
    known = {name: seen.get(name) for name in ("encoding", "delimiter")} | {
        "skip_lines": seen.get("header_line", 1) - has_header,
        "header": has_header,
    }
    if all(known[name] == value for name, value in told.items()):
        return False
    try:
        with local_copy(found.stored_file) as path, path.open("rb") as stream:
            evidence = look_at(stream, told)
    except FileRefused as refusal:
        form.add_error("encoding" if refusal.reason == "encoding" else "skip_lines", refusal.hint)
        return False
    is_new = list(evidence.columns) != list(seen.get("columns", ()))
    tables = renewed_tables(evidence, found.tables) if is_new else found.tables
    services.change_draft(draft_id=found.pk, tables=tables, evidence=evidence.as_dict())
    found.refresh_from_db()
    return is_new


def _try(request: HttpRequest, found: ProfileDraft) -> HttpResponse | None:
    try:
        services.try_draft(draft_id=found.pk, actor=request.user)
    except BadProfile as error:
        messages.error(request, str(error))
        return None
    return redirect("shopflow-staff:import-trial", pk=found.pk)


def _preview(found: ProfileDraft) -> dict[str, Any]:
    raw = {"columns": found.evidence.get("columns", []), "raw_rows": found.evidence.get("rows", [])}
    needed = REQUIRED.get(found.tables.get("mode", "full"), ())
    lacking = [label_of(field) for field in needed if field not in found.tables.get("columns", {})]
    if lacking and raw["columns"]:
        told = _("Not matched yet: %(fields)s.") % {"fields": ", ".join(lacking)}
        return {"preview": Preview(refused=told), **raw}
    try:
        name = found.name or "entwurf"
        profile = resolve_profile(name, {name: found.tables})
    except BadProfile as error:
        return {"preview": Preview(refused=str(error)), **raw}
    with local_copy(found.stored_file) as path, path.open("rb") as stream:
        shown = preview(stream, profile)
    return {"preview": shown, "heads": [label_of(name) for name in shown.fields]}


@staff_page(PROFILES)
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3: the dry run of the sample, and saving."""
    found = get_object_or_404(ProfileDraft.objects.select_related("run"), pk=pk)
    if found.run is None:
        return redirect("shopflow-staff:import-draft", pk=found.pk)
    return _trial(request, found, _save_form(found))


def _save_form(found: ProfileDraft, data: Any = None) -> SaveForm:
    sources, chosen = queries.sources_in_use(), found.tables.get("source", "")
    if not chosen and found.name in sources:
        chosen = found.name
    known = sorted({*sources, *filter(None, [chosen])})
    return SaveForm(data, sources=known, chosen=chosen, initial={"name": found.name})


def _trial(request: HttpRequest, found: ProfileDraft, form: SaveForm, status: int = 200) -> HttpResponse:
    context = {
        "draft": found,
        "run": found.run,
        "progress_url": progress_url(found.run) if found.run else "",
        "form": form,
        "counts": queries.finding_counts(found.run) if found.run else [],
        "samples": queries.samples_of_findings(found.run) if found.run else {},
    }
    return render(request, "shopflow/dealer_import/wizard/trial.html", context, status=status)


@require_POST
@staff_page(PROFILES)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 4: the draft becomes a profile; after a dry run of its own if it is to keep the parts of another source."""
    found = get_object_or_404(ProfileDraft.objects.select_related("run"), pk=pk)
    if not _has_seen_result(found, request.POST.get("run", "")):
        refusal = _("The profile was not saved: its columns have changed since that dry run, or it has not ended yet.")
        messages.warning(request, refusal)
        return redirect("shopflow-staff:import-trial", pk=found.pk)
    form = _save_form(found, request.POST)
    if not form.is_valid():
        return _trial(request, found, form, status=422)
    if form.chooses_otherwise:
        told = form.cleaned_data
        services.choose_source(draft_id=found.pk, name=told["name"], source=told["source"])
        messages.info(request, _("The dry run is done once more, for the source that you have chosen. Save then."))
        return _try(request, found) or redirect("shopflow-staff:import-draft", pk=found.pk)
    try:
        stored = services.finish_draft(draft_id=found.pk, actor=request.user, **form.cleaned_data)
    except BadProfile as error:
        form.add_error(None, str(error))
        return _trial(request, found, form, status=422)
    messages.success(request, _("The profile %(name)s was saved.") % {"name": stored.name})
    return redirect("shopflow-staff:import-profile", name=stored.name)


def _has_seen_result(found: ProfileDraft, seen: str) -> bool:
    """Whether the last dry run has a result, and is the one of the page that is sent; it may have been left open."""
    run = found.run
    if run is None or run.state != ImportRun.State.DONE or run.outcome == ImportRun.Outcome.REFUSED:
        return False
    return seen == str(run.pk)


@require_POST
@staff_page(PROFILES)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(ProfileDraft, pk=pk)
    services.drop_draft(draft_id=pk)
    messages.success(request, _("The draft was dropped."))
    return redirect("shopflow-staff:import-profiles")
