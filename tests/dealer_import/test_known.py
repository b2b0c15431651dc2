"""What the shop remembers of a source's rows, and how a file is followed."""

from __future__ import annotations

import random
from array import array

import pytest

from dealer_import.copy_lines import copy_lines
from dealer_import.int_map import IntMap
from dealer_import.known import ABSENT, known_parts
from dealer_import.raw_rows import AROUND, RawRows
from shopflow.parts.models import PartRecord


def test_a_file_in_the_order_of_the_last_one_needs_no_map() -> None:
    hashes = array("q", range(1000, 2000))
    rows = RawRows(hashes)
    asked = list(hashes)
    asked[500] = 7  # changed
    asked.insert(600, 8)  # new
    del asked[700]  # gone
    assert rows.places(asked) == [None if value < 1000 else value - 1000 for value in asked]
    assert rows._map is None


def test_rows_that_have_moved_far_are_found_once_there_are_many_of_them() -> None:
    hashes = array("q", range(5000))
    asked = list(hashes)
    random.Random(3).shuffle(asked)
    rows = RawRows(hashes)
    found = rows.places(asked)
    assert all(position in (None, value) for position, value in zip(found, asked, strict=True))
    assert found.count(None) <= 5000 * 2 // 100 + 1


def test_new_rows_need_no_map_and_the_known_ones_between_them_are_found() -> None:
    hashes = array("q", range(10_000, 20_000))
    rows = RawRows(hashes)
    asked = [value if value % 3 else value + 50_000 for value in hashes]
    found = [place for begin in range(0, len(asked), 190) for place in rows.places(asked[begin : begin + 190])]
    assert found == [value - 10_000 if value < 20_000 else None for value in asked]
    assert rows._map is None


def test_known_rows_that_stand_a_little_elsewhere_are_found_soon_after_new_ones() -> None:
    hashes = array("q", range(10_000, 20_000))
    rows = RawRows(hashes)
    asked = [value + 50_000 for value in range(5000)] + list(hashes[5000 - 30 :])
    found = [place for begin in range(0, len(asked), 190) for place in rows.places(asked[begin : begin + 190])]
    assert set(found[:5000]) == {None}
    assert found[5000:].count(None) < 190
    assert all(place in (None, value - 10_000) for place, value in zip(found[5000:], asked[5000:], strict=True))
    assert rows._map is None


def test_known_rows_that_stand_far_elsewhere_are_found_once_there_are_as_many_of_them_as_of_new_ones() -> None:
    hashes = array("q", range(10_000, 20_000))
    rows = RawRows(hashes)
    asked = [value + 50_000 for value in range(1000)] + list(hashes[3000:])
    found = [place for begin in range(0, len(asked), 190) for place in rows.places(asked[begin : begin + 190])]
    assert found[1000:].count(None) <= 1000 + 190
    assert found[-5000:] == list(range(5000, 10_000))


def test_rows_that_do_not_begin_with_the_first_one_are_followed_from_where_they_begin() -> None:
    hashes = array("q", range(10_000, 20_000))
    rows = RawRows(hashes)
    asked = [7, *hashes[4001:]]
    rows.begin_at(asked)
    assert rows.places(asked) == [None, *range(4001, 10_000)]
    assert rows._map is None
    rows = RawRows(hashes)
    rows.begin_at([7, 8])
    assert rows.places([10_000]) == [0]


def test_rows_without_a_hash_are_never_found() -> None:
    rows = RawRows(array("q", [ABSENT] * (2 * AROUND)))
    assert rows.places([5, 6]) == [None, None]


def test_a_map_of_places_leaves_out_what_is_no_key_and_takes_the_last_of_two() -> None:
    places, keys = IntMap(), [ABSENT, *range(3000), 7, ABSENT]
    places.fill(keys)
    assert (len(places), places.get(0), places.get(7), places.get(3000)) == (3000, 1, 3001, None)
    places.put(3000, 5)
    assert (len(places), places.get(3000), places.get(2999)) == (3001, 5, 3000)


@pytest.mark.django_db
def test_a_source_without_parts_is_known_to_have_none() -> None:
    assert not PartRecord.objects.exists()
    known = known_parts("nobody")
    assert (len(known), len(known.by_raw), list(known.unseen())) == (0, 0, [])


def test_lines_for_copy_are_plain_unless_a_text_needs_care() -> None:
    assert copy_lines([(1, "a", None), (2, "None", 5)]) == "1\ta\tNone\n2\tNone\t5\n"
    assert copy_lines([(1, "a\tb", None), (2, "c", 5)]) == "1\t\ba\tb\b\tNone\n2\t\bc\b\t5\n"
    for odd in ("a\nb", "a\rb"):
        assert copy_lines([(1, odd)]) == f"1\t\b{odd}\b\n"
    assert copy_lines([(1, "a\bb")]) == "1\t\ba\b\bb\b\n"


@pytest.mark.postgres
@pytest.mark.django_db
def test_every_text_comes_through_copy_as_it_was() -> None:
    from django.db import connection

    from dealer_import.stage_tables import TEXT, WHOLE
    from dealer_import.staging import fill

    names = {"number": WHOLE, "words": TEXT}
    for texts in (["plain", "", "None", r"\N", r"\."], ["tab\t", "line\nbreak", "\r", "\b", '"quoted"', "None", ""]):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE copied (number integer, words text NOT NULL)")
            fill("copied", names, [(None, text) for text in texts])
            cursor.execute("SELECT number, words FROM copied")
            assert cursor.fetchall() == [(None, text) for text in texts]
            cursor.execute("DROP TABLE copied")
