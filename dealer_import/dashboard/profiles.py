"""The staff's doors to profiles: which there are, their versions, and their text."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import tomli_w
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealer_import import queries, services
from dealer_import.dashboard.access import PROFILES, VIEW
from dealer_import.forms.wizard import MODE_LABELS, NAME, TomlForm
from dealer_import.models import ProfileVersion, StoredProfile
from dealer_import.profiles import BadProfile, resolve_profile, shipped_profiles
from dealer_import.wizard.wording import label_of
from shopflow.core.access import may_open, staff_page


@staff_page(VIEW)
def profile_list(request: HttpRequest) -> HttpResponse:
    """All profiles, with where they come from and what is wrong with those that do not hold."""
    problem, tables = "", {}
    try:
        tables = queries.profile_tables()
    except BadProfile as error:
        problem = str(error)
    stored = {row.name: row for row in StoredProfile.objects.prefetch_related("versions__saved_by")}
    shipped = shipped_profiles()
    rows = []
    for name in sorted(tables):
        if name in shipped and name not in stored and "format" not in tables[name] and "extends" not in tables[name]:
            continue  # what shipped profiles have in common is none by itself
        row: dict[str, Any] = {"name": name, "stored": stored.get(name), "is_shipped": name in shipped}
        try:
            row["profile"] = resolve_profile(name, tables)
        except BadProfile as error:
            row["problem"] = str(error)
        rows.append(row)
    context = {"rows": rows, "problem": problem, "may_change": may_open(request.user, PROFILES)}
    return render(request, "shopflow/dealer_import/profiles.html", context)


@staff_page(VIEW)
def profile_page(request: HttpRequest, name: str) -> HttpResponse:
    """One profile: what it reads, and its versions."""
    tables = _tables_of(name)
    context = {
        "name": name,
        "stored": StoredProfile.objects.filter(name=name).first(),
        "versions": ProfileVersion.objects.filter(profile__name=name).select_related("saved_by"),
        "text": _toml(tables[name]),
        "may_change": may_open(request.user, PROFILES),
        "form": TomlForm(initial={"text": _toml(tables[name])}),
    }
    return _page(request, name, tables, context)


def _page(request: HttpRequest, name: str, tables: Any, context: dict[str, Any], status: int = 200) -> HttpResponse:
    try:
        profile = resolve_profile(name, tables)
        context["profile"] = profile
        context["holds"] = MODE_LABELS.get(profile.mode, profile.mode)
        context["columns"] = [
            (label_of(field), " + ".join(column.labels) or column.const, column.required, column.owner)
            for field, column in profile.columns.items()
        ]
    except BadProfile as error:
        context["problem"] = str(error)
    return render(request, "shopflow/dealer_import/profile.html", context, status=status)


def _tables_of(name: str) -> dict[str, Any]:
    try:
        tables = queries.profile_tables()
    except BadProfile as error:
        raise Http404(str(error)) from error
    if name not in tables:
        raise Http404
    return tables


def _toml(table: Any) -> str:
    return tomli_w.dumps(table)


@require_POST
@staff_page(PROFILES)
def profile_toml(request: HttpRequest, name: str) -> HttpResponse:
    """Save the profile as it was written by hand, as its next version."""
    tables = _tables_of(name)
    if not NAME.match(name):
        raise Http404
    form = TomlForm(request.POST)
    newest = ProfileVersion.objects.filter(profile__name=name).first()
    if form.is_valid() and newest is not None and form.cleaned_data["seen"] not in (None, newest.number):
        told = _("Somebody has saved version %(number)s meanwhile. Save again if yours is to take its place.")
        form.add_error("text", told % {"number": newest.number})
    if form.is_valid():
        try:
            table = tomllib.loads(form.cleaned_data["text"])
            services.save_profile(
                name=name, tables=table, actor=request.user, based_on=name, note=form.cleaned_data["note"]
            )
            messages.success(request, _("The profile %(name)s was saved.") % {"name": name})
            return redirect("shopflow-staff:import-profile", name=name)
        except tomllib.TOMLDecodeError as error:
            form.add_error("text", _not_toml(error))
        except BadProfile as error:
            form.add_error("text", str(error))
    context = {
        "name": name,
        "stored": StoredProfile.objects.filter(name=name).first(),
        "versions": ProfileVersion.objects.filter(profile__name=name).select_related("saved_by"),
        "may_change": True,
        "form": form,
    }
    return _page(request, name, tables, context, status=422)


def _not_toml(error: tomllib.TOMLDecodeError) -> str:
    """Where the text is wrong, in the words of staff; what the parser says is English."""
    if str(error).startswith("Cannot"):
        return _("A name stands twice. Each may stand only once in its section.")
    place = re.search(r"line (\d+), column (\d+)", str(error))
    if place is None:
        return _("The text ends too early: a quotation mark or a bracket is still open.")
    told = _("Line %(line)s cannot be read from character %(column)s on. It must be a name, = and a value.")
    return told % {"line": place[1], "column": place[2]}


@require_POST
@staff_page(PROFILES)
def version_restore(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Make an old version the newest again."""
    old = get_object_or_404(ProfileVersion, pk=pk, profile__name=name)
    try:
        note = _("as version %(number)s") % {"number": old.number}
        services.restore_version(version_id=old.pk, actor=request.user, note=note)
        messages.success(request, _("Version %(number)s is in use again.") % {"number": old.number})
    except BadProfile as error:
        messages.error(request, str(error))
    return redirect("shopflow-staff:import-profile", name=name)
