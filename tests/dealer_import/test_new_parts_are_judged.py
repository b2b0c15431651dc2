"""A run that only adds parts judges these, and none of those that were there."""

from __future__ import annotations

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from dealer_import.apply import applying
from shopflow.parts.models import PartRecord, PublishingBlock
from shopflow.parts.services import Moved
from tests.dealer_import.extra_rows import profile_of

Product = get_model("catalogue", "Product")
ADDING = profile_of(mode="delta")
TYRE = {"number": "3", "goods_class": "tyre"}


@pytest.fixture
def moved(monkeypatch) -> list[Moved]:
    """What each run says that it has moved."""
    told: list[Moved] = []
    announce = applying.parts.announce_change

    def tell(**about) -> None:
        told.append(about["moved"])
        announce(**about)

    monkeypatch.setattr(applying.parts, "announce_change", tell)
    return told


def blocks() -> list[tuple[str, str]]:
    return sorted(PublishingBlock.objects.values_list("part__number_key", "requirement"))


def public() -> list[str]:
    return sorted(PartRecord.objects.filter(product__is_public=True).values_list("number_key", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("others", [0, 40])
def test_new_parts_that_lack_what_the_law_demands_are_hidden(deliver, moved, others) -> None:
    """With many others, the parts of the run are found by what is staged; else by the run that stands at them."""
    deliver({"number": "1"}, {"number": "2"}, *({"number": f"X{n}"} for n in range(others)), profile=ADDING)
    first = PartRecord.objects.get(number_key="1")
    PublishingBlock.objects.create(part=first, requirement="tyre_label", is_binding=True, since=timezone.now())
    PartRecord.objects.filter(number_key="2").update(hidden_by_gate=True)
    Product.objects.filter(pk__in=PartRecord.objects.filter(number_key="2").values("product_id")).update(
        is_public=False
    )
    report = deliver(TYRE, {"number": "4"}, profile=ADDING)
    assert (report.created, report.changed, report.hidden) == (2, 0, 0)
    assert moved == [Moved.EVERYTHING] * 2
    assert blocks() == [("1", "tyre_label"), ("3", "tyre_label")]
    assert [number for number in public() if not number.startswith("X")] == ["1", "4"]
    assert PartRecord.objects.filter(hidden_by_gate=True).count() == 2


@pytest.mark.django_db
def test_a_run_that_changes_a_part_as_well_judges_what_it_had(deliver, moved) -> None:
    deliver(TYRE, profile=ADDING)
    assert (blocks(), public()) == ([("3", "tyre_label")], [])
    report = deliver({**TYRE, "goods_class": "none"}, {"number": "4"}, profile=ADDING)
    assert (report.created, report.changed) == (1, 1)
    assert moved == [Moved.EVERYTHING, Moved.ANYTHING]
    assert (blocks(), public()) == ([], ["3", "4"])
