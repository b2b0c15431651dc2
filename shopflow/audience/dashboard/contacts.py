"""The list of contacts, and everything about one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from shopflow.audience import queries, services
from shopflow.audience.exceptions import ValueRefused
from shopflow.audience.models import Contact, Segment, Stage, Tag
from shopflow.audience.staff_forms import (
    AttributesForm,
    ContactForm,
    FilterForm,
    NewContactForm,
    PointsGivenForm,
    TagGivenForm,
)
from shopflow.core import clock
from shopflow.core.access import staff_page
from shopflow.core.paging import whole_number

VIEW = "shopflow_audience.view_contact"
CHANGE = "shopflow_audience.change_contact"
PER_PAGE = 50


@staff_page(VIEW)
def contact_list(request: HttpRequest) -> HttpResponse:
    """Contacts, newest first, in pages by key; the number of queries does not grow with them."""
    form = FilterForm(request.GET or None)
    found = queries.contact_list(**form.cleaned_data) if form.is_valid() else queries.contact_list()
    before = whole_number(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PER_PAGE + 1])
    context = {
        "form": form,
        "rows": rows[:PER_PAGE],
        "older": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "may_change": request.user.has_perm(CHANGE),
    }
    return render(request, "shopflow/audience/dashboard/contacts.html", context)


@sensitive_post_parameters("email")
@staff_page(CHANGE)
def contact_new(request: HttpRequest) -> HttpResponse:
    """Enter a contact by hand. That allows no mail: advertising needs a consent of its own."""
    form = NewContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        contact = services.save_contact(email=data.pop("email"))
        services.change_contact(contact=contact, actor=request.user, **data)
        messages.success(request, _("The contact is saved. Advertising needs this person's consent."))
        return redirect("shopflow-staff:contact", pk=contact.pk)
    status = 422 if form.is_bound else 200
    return render(request, "shopflow/audience/dashboard/contact_new.html", {"form": form}, status=status)


@staff_page(VIEW)
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one contact."""
    return _page(request, _contact(pk))


def _contact(pk: int) -> Contact:
    return get_object_or_404(Contact.objects.select_related("user", "stage", "owner"), pk=pk)


def _page(request: HttpRequest, contact: Contact, *, status: int = 200, **forms: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "contact": contact,
        "may_change": request.user.has_perm(CHANGE),
        "card": queries.contact_card(contact),
        "data_form": ContactForm(contact=contact),
        "attributes_form": AttributesForm(contact=contact),
        "tag_form": TagGivenForm(),
        "points_form": PointsGivenForm(),
        "all_tags": Tag.objects.all(),
        "stages": Stage.objects.all(),
        "segments": Segment.objects.filter(members__contact=contact),
    }
    return render(request, "shopflow/audience/dashboard/contact.html", {**context, **forms}, status=status)


@staff_page(CHANGE)
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _contact(pk)
    form = ContactForm(request.POST, contact=contact)
    if not form.is_valid():
        return _page(request, contact, status=422, data_form=form)
    data = dict(form.cleaned_data)
    services.move_contact(contact=contact, stage=data.pop("stage"), actor=request.user)
    services.change_contact(contact=contact, actor=request.user, **data)
    return _saved(request, pk)


@staff_page(CHANGE)
@require_POST
def attributes(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _contact(pk)
    form = AttributesForm(request.POST, contact=contact)
    if not form.is_valid():
        return _page(request, contact, status=422, attributes_form=form)
    for definition, value in form.values():
        try:
            services.set_attribute(contact=contact, definition=definition, value=value, actor=request.user)
        except ValueRefused as refusal:
            form.add_error(definition.code, str(refusal))
    if form.errors:
        return _page(request, contact, status=422, attributes_form=form)
    return _saved(request, pk)


@staff_page(CHANGE)
@require_POST
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a tag, or take one away."""
    contact = _contact(pk)
    if "remove" in request.POST:
        gone = get_object_or_404(Tag, code=request.POST["remove"])
        services.remove_tag(contact=contact, tag=gone, source="staff", actor=request.user)
        return _saved(request, pk)
    form = TagGivenForm(request.POST)
    if not form.is_valid():
        return _page(request, contact, status=422, tag_form=form)
    try:
        given = services.tag_named(form.cleaned_data["tag"])
    except ValueRefused as refusal:
        form.add_error("tag", str(refusal))
        return _page(request, contact, status=422, tag_form=form)
    services.add_tag(contact=contact, tag=given, source="staff", days=form.cleaned_data["days"], actor=request.user)
    return _saved(request, pk)


@staff_page(CHANGE)
@require_POST
def points(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _contact(pk)
    form = PointsGivenForm(request.POST)
    if not form.is_valid():
        return _page(request, contact, status=422, points_form=form)
    services.give_points(
        contact=contact,
        points=form.cleaned_data["points"],
        reason=form.cleaned_data["reason"],
        source_key=f"staff:{contact.pk}:{clock.now().isoformat()}:{get_random_string(6)}",
        actor=request.user,
    )
    return _saved(request, pk)


def _saved(request: HttpRequest, pk: int) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("shopflow-staff:contact", pk=pk)
