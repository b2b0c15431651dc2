from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from shopflow.delivery.models import AccessGrant, DigitalFile, DigitalGood, FirstStep, Lesson, LicenceKey


def _with_goods(grants: QuerySet[AccessGrant]) -> QuerySet[AccessGrant]:
    current = DigitalFile.objects.filter(is_current=True).order_by("label")
    return grants.select_related("order", "good__product", "good__product__parent").prefetch_related(
        Prefetch("good__files", queryset=current, to_attr="current_files"),
        Prefetch("licence_keys", queryset=LicenceKey.objects.order_by("pk")),
    )


def grants_of_user(user: Any) -> QuerySet[AccessGrant]:
    """Everything that a customer has bought to download, newest first."""
    return _with_goods(AccessGrant.objects.filter(user=user).order_by("-pk"))


def grants_of_order(order_id: int) -> QuerySet[AccessGrant]:
    """The grants of an order, with files and keys."""
    return _with_goods(AccessGrant.objects.filter(order_id=order_id).order_by("pk"))


def grant_with_goods(grant_id: int) -> AccessGrant:
    """One grant with files and keys. Raises AccessGrant.DoesNotExist."""
    return _with_goods(AccessGrant.objects.all()).get(pk=grant_id)


def lessons_with_progress(grant: AccessGrant) -> list[tuple[Lesson, bool]]:
    """The course's lessons in order, each with whether this buyer has marked it as done."""
    done = set(grant.progress.values_list("lesson_id", flat=True))
    return [(lesson, lesson.pk in done) for lesson in grant.good.lessons.select_related("file").order_by("position")]


def first_steps_of(grant: AccessGrant) -> QuerySet[FirstStep]:
    """The first steps with a bought good, in the order of their days."""
    return FirstStep.objects.filter(good_id=grant.good_id).order_by("day", "position")


def good_of_product(product_id: int) -> DigitalGood | None:
    """What a product delivers, with its current files; None for a product that comes in a parcel."""
    current = DigitalFile.objects.filter(is_current=True).order_by("label")
    return (
        DigitalGood.objects.filter(product_id=product_id)
        .select_related("product")
        .prefetch_related(Prefetch("files", queryset=current, to_attr="current_files"))
        .annotate(lesson_count=Count("lessons"))
        .first()
    )


def goods_list(search: str = "") -> QuerySet[DigitalGood]:
    """All digital goods with the numbers that staff look at."""
    found = DigitalGood.objects.select_related("product").annotate(
        buyers=Count("grants", filter=Q(grants__state="active"), distinct=True),
        waiting=Count("grants", filter=Q(grants__state="locked"), distinct=True),
        editions=Count("files", distinct=True),
    )
    if search:
        found = found.filter(Q(product__title__icontains=search) | Q(product__upc__iexact=search))
    return found.order_by("product__title", "pk")
