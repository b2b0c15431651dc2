# ruff: noqa: S608 - the SQL is put together from table names, registered codes and Django's own SQL only
"""Publishing gates: what a part lacks is written down, and a part that lacks something binding is not public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from oscar.core.loading import get_model

from shopflow.contracts.publishing import PublishingRequirement, publishing_requirements
from shopflow.core import clock
from shopflow.core.services import audit
from shopflow.parts.goods_classes import guess
from shopflow.parts.models import GoodsCategory, PartRecord, PublishingBlock, PublishingDemand
from shopflow.parts.queries.goods import forget_goods
from shopflow.parts.services.sql import execute

BLOCK, RECORD = PublishingBlock._meta.db_table, PartRecord._meta.db_table


class DemandFixed(ValueError):
    """The law leaves no choice: this requirement cannot be switched off."""


@dataclass(frozen=True)
class Demand:
    """A requirement as it is in force today. ``is_binding`` ones hide parts, others are announced."""

    requirement: PublishingRequirement
    is_on: bool
    starts_on: date | None
    is_binding: bool


def demands() -> list[Demand]:
    """Every registered requirement with what the dealer decided. One query."""
    rows = {row.code: row for row in PublishingDemand.objects.all()}
    today = timezone.localdate(clock.now())
    found = []
    for requirement in publishing_requirements:
        row = rows.get(requirement.code)
        is_on = not requirement.may_be_off or (row.is_on if row else requirement.default_on)
        starts_on = row.starts_on if row else None
        found.append(Demand(requirement, is_on, starts_on, is_on and (starts_on is None or starts_on <= today)))
    return sorted(found, key=lambda demand: (demand.requirement.position, demand.requirement.code))


@dataclass(frozen=True)
class DormantLaw:
    """A demand that a law names and that hides nothing today, with how many public parts do not meet it."""

    demand: Demand
    failing: int


def dormant_laws() -> list[DormantLaw]:
    """What the law demands and the shop does not ask for today: switched off, or announced for a later day.

    One query, and one for each of these demands.
    """
    public = PartRecord.objects.order_by().filter(product__is_public=True)
    return [
        DormantLaw(demand, demand.requirement.failing(public).count())
        for demand in demands()
        if demand.requirement.law and not demand.is_binding
    ]


class Moved(Enum):
    """What of parts may have changed since they were judged last."""

    AMOUNTS = 1
    """How high price and cost are, and the stock; who had a price has one."""
    TRADE = 2
    """Price, cost and stock."""
    ANYTHING = 3
    EVERYTHING = 4
    """The parts are new: none of them was ever judged, and none is hidden yet."""


def is_asked(demand: Demand, moved: Moved) -> bool:
    """Whether parts must be judged by ``demand`` when nothing but ``moved`` has changed."""
    asks = demand.requirement
    if moved in (Moved.ANYTHING, Moved.EVERYTHING):
        return demand.is_on
    return demand.is_on and asks.about_trade and (moved is Moved.TRADE or asks.about_amounts)


def any_asked(moved: Moved) -> bool:
    """Whether any part must be judged when nothing but ``moved`` has changed."""
    return any(is_asked(demand, moved) for demand in demands())


@transaction.atomic
def review_publishing(scope: Q | None = None, *, moved: Moved = Moved.ANYTHING) -> int:
    """Judge the part records that ``scope`` selects (None: all), hide and show them accordingly.

    ``moved`` says what of them may have changed since they were judged last.

    A fixed number of statements, whatever the number of parts; what has not changed is not written. Returns how many
    products have become public or hidden.
    """
    guess_goods_categories()
    if moved in (Moved.AMOUNTS, Moved.TRADE) and not any_asked(moved):
        return 0
    asked = [demand for demand in demands() if demand.is_on]
    parts = PartRecord.objects.order_by().filter(scope or Q())
    known = set[str]()
    if moved is not Moved.EVERYTHING:
        blocks = PublishingBlock.objects.order_by().filter(part__in=parts)
        known.update(blocks.values_list("requirement", flat=True).distinct())
    for code in known - {demand.requirement.code for demand in asked}:
        PublishingBlock.objects.filter(requirement=code, part__in=parts).delete()
    for demand in asked:
        if is_asked(demand, moved):
            _judge(demand, parts, has_blocks=demand.requirement.code in known)
    return _hide(parts) + (_show(parts) if moved is not Moved.EVERYTHING else 0)


def _judge(demand: Demand, parts: Any, *, has_blocks: bool) -> None:
    code = demand.requirement.code
    lacking = demand.requirement.failing(parts).values("id")
    failing, params = _sql(lacking)
    mine = PublishingBlock.objects.filter(requirement=code, part__in=parts)
    if has_blocks:
        mine.exclude(part_id__in=lacking).delete()
        mine.exclude(is_binding=demand.is_binding).update(is_binding=demand.is_binding)
    if failing:
        now = connection.ops.adapt_datetimefield_value(clock.now())
        execute(
            f"""INSERT INTO {BLOCK} (part_id, requirement, is_binding, since)
                SELECT f.id, %s, %s, %s FROM ({failing}) f
                WHERE NOT EXISTS (SELECT 1 FROM {BLOCK} b WHERE b.part_id = f.id AND b.requirement = %s)""",
            [code, demand.is_binding, now, *params, code],
        )


def _sql(queryset: Any) -> tuple[str, tuple[Any, ...]]:
    """The queryset's SQL; empty when it can have no rows."""
    try:
        sql, params = queryset.query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return sql, params


def _hide(parts: Any) -> int:
    blocked = PublishingBlock.objects.order_by().filter(is_binding=True).values("part_id")
    parts.filter(pk__in=blocked, product__is_public=True).update(hidden_by_gate=True)
    closed = parts.filter(hidden_by_gate=True, pk__in=blocked).values("product_id")
    products = get_model("catalogue", "Product").objects.order_by().filter(is_public=True, pk__in=closed)
    return int(products.update(is_public=False, date_updated=clock.now()))


def _show(parts: Any) -> int:
    """Parts that lack nothing any more; those that an import has hidden stay hidden."""
    blocks = PublishingBlock.objects.order_by().filter(is_binding=True, part_id=OuterRef("pk"))
    free = parts.filter(~Exists(blocks), hidden_by_gate=True, missing=False)
    products = get_model("catalogue", "Product").objects.order_by()
    hidden = products.filter(is_public=False, pk__in=free.values("product_id"))
    shown = int(hidden.update(is_public=True, date_updated=clock.now()))
    free.update(hidden_by_gate=False)
    return shown


@transaction.atomic
def review_products(product_ids: Iterable[int]) -> list[int]:
    """Judge these few products again, as after staff have edited them; returns those that became public or hidden."""
    wanted = sorted(set(product_ids))
    if not wanted:
        return []
    products = get_model("catalogue", "Product").objects.filter(pk__in=wanted)
    before = dict(products.values_list("pk", "is_public"))
    review_publishing(Q(product_id__in=wanted))
    return [pk for pk, public in products.values_list("pk", "is_public") if before.get(pk) != public]


def guess_goods_categories() -> int:
    """Note what new categories hold, by their names; staff may correct it. Returns how many were noted."""
    model = get_model("catalogue", "Category")
    known = GoodsCategory.objects.values("category_id")
    new = model.objects.exclude(pk__in=known).values_list("pk", "name")
    guessed = [
        GoodsCategory(category_id=pk, goods_class=kind, is_guess=True) for pk, name in new if (kind := guess(name))
    ]
    if guessed:
        GoodsCategory.objects.bulk_create(guessed, ignore_conflicts=True)
        transaction.on_commit(forget_goods)
    return len(guessed)


@transaction.atomic
def set_demand(*, code: str, is_on: bool, starts_on: date | None, actor: Any) -> int:
    """Switch a demand on or off, from a day on if wanted, and judge all parts anew; logged.

    Returns how many products have become public or hidden. Raises :class:`DemandFixed` for one that the law fixes.
    """
    requirement = publishing_requirements.get(code)
    if not requirement.may_be_off and (not is_on or starts_on is not None):
        raise DemandFixed(code)
    row, _created = PublishingDemand.objects.update_or_create(
        code=code, defaults={"is_on": is_on, "starts_on": starts_on}
    )
    audit(
        actor=actor,
        action="parts.demand",
        target=row,
        summary=f"{code}: {'on' if is_on else 'off'}" + (f", {starts_on:%Y-%m-%d}" if starts_on else ""),
        data={"code": code, "is_on": is_on, "starts_on": starts_on.isoformat() if starts_on else None},
    )
    return review_publishing()


@transaction.atomic
def set_goods_category(*, category_id: int, goods_class: str, actor: Any) -> None:
    """Say what all parts of a category are; an empty kind lets the name decide again. Logged."""
    if not goods_class:
        GoodsCategory.objects.filter(category_id=category_id).delete()
        forget_goods()
        return
    row, _created = GoodsCategory.objects.update_or_create(
        category_id=category_id, defaults={"goods_class": goods_class, "is_guess": False}
    )
    forget_goods()
    audit(actor=actor, action="parts.goods_class", target=row, summary=f"{category_id}: {goods_class}")
