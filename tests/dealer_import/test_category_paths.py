"""Delivered categories stay the ones that they have become, however staff call them and wherever they put them."""

from __future__ import annotations

import pytest
from oscar.core.loading import get_model

from dealer_import import services
from dealer_import.models import DeliveredCategory
from dealer_import.profiles.building import build_profile
from shopflow.parts.models import PartRecord

pytestmark = pytest.mark.django_db
Category = get_model("catalogue", "Category")
NAMES = {"number": "number", "list_price": "price"}
CONSTANT = {"brand": "Bosch", "title": "Teil", "unit": "Stk", "tax": "19"}


@pytest.fixture
def deliver(tmp_path):
    """Import rows of number, price and category as a whole catalogue."""
    columns = {name: {"from": column} for name, column in NAMES.items()}
    columns |= {name: {"const": value} for name, value in CONSTANT.items()}
    columns["category"] = {"from": "category", "split": ">"}
    table = {"format": "csv", "delimiter": ";", "encoding": "utf-8", "mode": "full", "columns": columns}
    count = iter(range(100))

    def run(*rows):
        path = tmp_path / f"{next(count)}.csv"
        path.write_text("number;price;category\n" + "".join(f"{row}\n" for row in rows), "utf-8")
        report = services.run_import(path=path, profile=build_profile("paths", table))
        assert report.outcome in ("applied", "noop"), report.message
        return report

    return run


def tree():
    """Depth and name of every category, in the order of the tree; the tree is sound."""
    assert Category.find_problems() == ([], [], [], [], [])
    return list(Category.objects.order_by("path").values_list("depth", "name"))


def sorted_into():
    return dict(PartRecord.objects.order_by("number_key").values_list("number_key", "product__categories__name"))


def test_a_renamed_category_takes_what_is_delivered_under_its_old_name(deliver):
    deliver("A1;1,00;Motor > Filter", "B2;1,00;Motor")
    Category.objects.filter(name="Motor").update(name="Rund um den Motor")
    Category.objects.filter(name="Filter").update(name="Alle Filter")
    report = deliver("A1;1,00;Motor > Filter", "B2;2,00;MOTOR", "C3;1,00;Motor > Filter", "D4;1,00;Motor > Öl")
    assert (report.created, report.changed, report.unchanged) == (2, 1, 1)
    assert tree() == [(1, "Rund um den Motor"), (2, "Alle Filter"), (2, "Öl")]
    assert sorted_into() == {"A1": "Alle Filter", "B2": "Rund um den Motor", "C3": "Alle Filter", "D4": "Öl"}


def test_a_category_that_staff_have_moved_keeps_its_parts_and_gets_the_new_ones(deliver):
    deliver("A1;1,00;Motor > Filter", "B2;1,00;Werkstatt")
    moved = Category.objects.get(name="Filter")
    moved.move(Category.objects.get(name="Werkstatt"), "last-child")
    report = deliver("A1;1,00;Motor > Filter", "B2;1,00;Werkstatt", "C3;1,00;Motor > Filter > Luft")
    assert (report.created, report.changed, report.unchanged) == (1, 0, 2)
    assert tree() == [(1, "Motor"), (1, "Werkstatt"), (2, "Filter"), (3, "Luft")]
    assert sorted_into() == {"A1": "Filter", "B2": "Werkstatt", "C3": "Luft"}


def test_a_category_that_staff_have_deleted_grows_again_for_what_is_delivered_into_it(deliver):
    deliver("A1;1,00;Motor", "B2;1,00;Werkstatt")
    Category.objects.get(name="Motor").delete()
    assert DeliveredCategory.objects.count() == 1
    deliver("A1;1,00;Motor", "B2;1,00;Werkstatt", "C3;1,00;Motor")
    assert tree() == [(1, "Werkstatt"), (1, "Motor")]
    assert sorted_into()["C3"] == "Motor"


def test_siblings_of_one_name_leave_the_tree_sound(deliver):
    deliver("A1;1,00;Motor")
    Category.add_root(name="Werkstatt")
    Category.add_root(name="werkstatt")
    deliver("A1;1,00;Motor", "B2;1,00;Zubehör", "C3;1,00;Werkstatt")
    assert tree() == [(1, "Motor"), (1, "Werkstatt"), (1, "werkstatt"), (1, "Zubehör")]
    assert sorted_into() == {"A1": "Motor", "B2": "Zubehör", "C3": "Werkstatt"}


def test_a_path_that_is_too_long_to_be_remembered_goes_by_its_names(deliver):
    names = [f"{letter * 200}" for letter in "ABCD"]
    path = " > ".join(names)
    deliver(f"A1;1,00;{path}")
    deliver(f"A1;1,00;{path}", f"B2;1,00;{path}")
    assert tree() == [(depth, name) for depth, name in enumerate(names, start=1)]
    assert DeliveredCategory.objects.count() == 2
