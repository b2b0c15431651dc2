"""Doors for creators and staff: digital goods, their editions, lessons, keys and buyers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shopflow.core.access import staff_page
from shopflow.delivery import services
from shopflow.delivery.exceptions import UploadRefused
from shopflow.delivery.forms import (
    EditionForm,
    FirstStepForm,
    GoodForm,
    GrantForm,
    KeysForm,
    LessonForm,
    PoolForm,
    ProductForm,
)
from shopflow.delivery.models import AccessGrant, DigitalGood, FirstStep, LicencePool
from shopflow.delivery.queries import goods_list

MANAGE = "shopflow_delivery.manage_digital_goods"
PER_PAGE = 50
MORE_DOWNLOADS = 5


@staff_page(MANAGE)
def goods(request: HttpRequest) -> HttpResponse:
    """All digital goods."""
    search = request.GET.get("q", "").strip()
    page = Paginator(goods_list(search), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "shopflow/delivery/dashboard/goods.html", {"page": page, "search": search})


@staff_page(MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    """A new good with its product."""
    product_form = ProductForm(request.POST or None, request.FILES or None)
    good_form = GoodForm(request.POST or None)
    if request.method == "POST" and product_form.is_valid() and good_form.is_valid():
        good = _create(product_form.cleaned_data, good_form.cleaned_data, request.user)
        messages.success(request, _("Created. Now upload the files."))
        return redirect("shopflow-staff:digital-good", pk=good.pk)
    context = {"product_form": product_form, "good_form": good_form}
    return render(request, "shopflow/delivery/dashboard/create.html", context)


@transaction.atomic
def _create(product_facts: dict[str, Any], facts: dict[str, Any], actor: Any) -> DigitalGood:
    cover = product_facts.pop("cover")
    product = services.create_product(**product_facts)
    if cover:
        services.set_cover(product=product, content=cover.read(), filename=cover.name)
    return services.save_good(product=product, actor=actor, **facts)


@staff_page(MANAGE)
def good(request: HttpRequest, pk: int) -> HttpResponse:
    """One good: its facts, files, lessons, keys, first steps and buyers."""
    row = get_object_or_404(DigitalGood.objects.select_related("product"), pk=pk)
    form = GoodForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        services.save_good(product=row.product, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("shopflow-staff:digital-good", pk=pk)
    return render(request, "shopflow/delivery/dashboard/good.html", _context(row, form=form))


def _context(row: DigitalGood, **forms: BaseForm) -> dict[str, Any]:
    """What the page shows. ``forms`` replace the empty ones; ``changed_step_form`` is that of a step of the list."""
    pool = LicencePool.objects.filter(good=row).first()
    context: dict[str, Any] = {
        "good": row,
        "pool": pool,
        "free_keys": pool.keys.filter(grant=None).count() if pool else 0,
        "files": row.files.order_by("label", "-edition"),
        "lessons": row.lessons.order_by("position"),
        "first_steps": list(_first_steps(row, forms.get("changed_step_form"))),
        "grants": row.grants.select_related("order").order_by("-pk")[:PER_PAGE],
        "form": GoodForm(instance=row),
        "edition_form": EditionForm(),
        "lesson_form": LessonForm(good=row),
        "step_form": FirstStepForm(),
        "keys_form": KeysForm(),
        "pool_form": PoolForm(instance=pool) if pool else None,
    }
    return {**context, **forms}


def _first_steps(row: DigitalGood, changed: BaseForm | None) -> Iterator[tuple[FirstStep, BaseForm, bool]]:
    """Each step with its form and whether it is the first of its day; ``changed`` is the form that was refused."""
    day = None
    for step in row.first_steps.order_by("day", "position"):
        is_changed = isinstance(changed, FirstStepForm) and changed.instance.pk == step.pk
        yield step, changed if changed is not None and is_changed else FirstStepForm(instance=step), step.day != day
        day = step.day


@staff_page(MANAGE)
@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """A new edition of a file."""
    row = get_object_or_404(DigitalGood, pk=pk)
    form = EditionForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            services.publish_edition(
                good=row,
                label=form.cleaned_data["label"],
                version=form.cleaned_data["version"],
                changes=form.cleaned_data["changes"],
                filename=sent.name,
                content=sent.file,
                size=sent.size,
                actor=request.user,
            )
            messages.success(request, _("The new edition is current; buyers get it from now on."))
            return redirect("shopflow-staff:digital-good", pk=pk)
        except UploadRefused as refused:
            form.add_error("file", str(refused))
    return render(request, "shopflow/delivery/dashboard/good.html", _context(row, edition_form=form), status=422)


@staff_page(MANAGE)
@require_POST
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """A new lesson, or new words for the one at the same position."""
    row = get_object_or_404(DigitalGood, pk=pk)
    position = request.POST.get("position", "")
    present = row.lessons.filter(position=int(position)).first() if position.isdecimal() else None
    form = LessonForm(request.POST, good=row, instance=present)
    if form.is_valid():
        services.save_lesson(good=row, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("shopflow-staff:digital-good", pk=pk)
    return render(request, "shopflow/delivery/dashboard/good.html", _context(row, lesson_form=form), status=422)


@staff_page(MANAGE)
@require_POST
def first_step(request: HttpRequest, pk: int, step_id: int | None = None) -> HttpResponse:
    """A new first step; or other words, an earlier place or the end for one that there is."""
    row = get_object_or_404(DigitalGood, pk=pk)
    present = None if step_id is None else get_object_or_404(row.first_steps.select_related("good"), pk=step_id)
    here = f"{reverse('shopflow-staff:digital-good', kwargs={'pk': pk})}#first-steps"
    action = request.POST.get("action")
    if present is not None and action == "remove":
        services.remove_first_step(step=present, actor=request.user)
        messages.success(request, _("The step was removed."))
        return redirect(here)
    if present is not None and action == "earlier":
        services.move_first_step(step=present, actor=request.user)
        return redirect(here)
    form = FirstStepForm(request.POST, instance=present)
    if form.is_valid():
        services.save_first_step(good=row, step_id=step_id, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(here)
    shown = {"step_form": form} if present is None else {"changed_step_form": form}
    return render(request, "shopflow/delivery/dashboard/good.html", _context(row, **shown), status=422)


@staff_page(MANAGE)
@require_POST
def keys(request: HttpRequest, pk: int) -> HttpResponse:
    """More keys for the pool."""
    row = get_object_or_404(DigitalGood, pk=pk)
    pool = get_object_or_404(LicencePool, good=row)
    form = KeysForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data["keys"].splitlines()
        added = services.add_keys(pool=pool, keys=given, count=form.cleaned_data["count"] or 0, actor=request.user)
        services.open_waiting(good=row)
        messages.success(request, _("%(added)d keys added.") % {"added": added})
        return redirect("shopflow-staff:digital-good", pk=pk)
    return render(request, "shopflow/delivery/dashboard/good.html", _context(row, keys_form=form), status=422)


@staff_page(MANAGE)
@require_POST
def pool(request: HttpRequest, pk: int) -> HttpResponse:
    """Where keys come from."""
    row = get_object_or_404(DigitalGood, pk=pk)
    form = PoolForm(request.POST, instance=get_object_or_404(LicencePool, good=row))
    if form.is_valid():
        services.save_pool(good=row, actor=request.user, **form.cleaned_data)
        services.open_waiting(good=row)
        messages.success(request, _("Saved."))
        return redirect("shopflow-staff:digital-good", pk=pk)
    return render(request, "shopflow/delivery/dashboard/good.html", _context(row, pool_form=form), status=422)


@staff_page(MANAGE)
@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Help a buyer: more downloads, a new link, or the end of access."""
    row = get_object_or_404(AccessGrant.objects.select_related("good"), pk=pk)
    form = GrantForm(request.POST)
    if form.is_valid():
        action, reason = form.cleaned_data["action"], form.cleaned_data["reason"]
        if action == "limit":
            services.raise_limit(grant_id=pk, more=MORE_DOWNLOADS, actor=request.user)
        elif action == "end":
            services.end_access(grant_id=pk, reason=reason, actor=request.user)
        else:
            services.send_new_link(grant=row)
        messages.success(request, _("Done."))
    return redirect("shopflow-staff:digital-good", pk=row.good_id)
