"""Amounts as people type and read them, and as JSON stores them."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from shopflow.contracts.segments import AmountUnit, unit_of_name
from shopflow.core.amounts import (
    AmountField,
    NotAnAmount,
    amount_text,
    hint,
    hint_of_several,
    joined_texts,
    read_amount,
    read_amounts,
    stored_amount,
    stored_text,
)

NBSP = "\u00a0"
CENTS, WHOLE = AmountUnit.CENTS, AmountUnit.WHOLE
LANGUAGES = st.sampled_from(["de", "en"])
STORED = st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1)


@given(language=LANGUAGES, cents=STORED)
def test_cents_come_back_as_they_were(language, cents):
    with override(language):
        text = stored_text(cents, CENTS)
        assert stored_amount(read_amount(text), CENTS) == cents
        assert stored_amount(read_amount(text.replace(NBSP, " ").strip("€ ")), CENTS) == cents


@given(language=LANGUAGES, cents=st.lists(STORED, min_size=1, max_size=5))
def test_lists_of_cents_come_back_as_they_were(language, cents):
    with override(language):
        assert [stored_amount(one, CENTS) for one in read_amounts(joined_texts(cents, CENTS))] == cents


@given(language=LANGUAGES, cents=STORED)
def test_units_come_back_as_the_same_number(language, cents):
    with override(language):
        stored = stored_amount(Decimal(cents).scaleb(-2), WHOLE)
        assert stored_amount(read_amount(stored_text(stored, WHOLE)), WHOLE) == stored
        assert Decimal(stored) == Decimal(cents).scaleb(-2)


@given(language=LANGUAGES, text=st.text(alphabet="0123456789.,;'€- EUR\n", max_size=20))
def test_whatever_is_read_has_the_digits_that_were_typed(language, text):
    with override(language), suppress(NotAnAmount):
        amount = read_amount(text)
        typed = "".join(sign for sign in text if sign.isdigit())
        cents = abs(int(amount.scaleb(2)))
        assert cents in {int(typed), int(f"{typed}0"), int(f"{typed}00")}
        assert read_amount(amount_text(amount)) == amount


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("49,90", 4990),
        ("49.90", 4990),
        ("49,9", 4990),
        ("50", 5000),
        ("0,05", 5),
        ("007", 700),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1 234,56", 123456),
        (f"1{NBSP}234,56", 123456),
        ("1\u202f234\u202f567,89", 123456789),
        ("1'234.56", 123456),
        ("1’234.56", 123456),
        ("1,234,567.89", 123456789),
        ("1.234.567,89", 123456789),
        ("49,90 €", 4990),
        (f" 49,90{NBSP}€ ", 4990),
        ("€49.90", 4990),
        ("49.90 EUR", 4990),
        ("eur 49.90", 4990),
        ("49,90 Euro", 4990),
        ("-49,90 €", -4990),
        ("-€49.90", -4990),
        ("€-49.90", -4990),
        ("−49,90", -4990),
    ],
)
def test_what_is_clear_is_read_in_every_language(language, text, cents):
    with override(language):
        assert stored_amount(read_amount(text), CENTS) == cents


@pytest.mark.parametrize(
    ("language", "text", "cents"),
    [
        ("de", "1.234", 123400),
        ("de", "1.234.567", 123456700),
        ("de", "1.234 €", 123400),
        ("en", "1,234", 123400),
        ("en", "1,234,567", 123456700),
        ("en", "€1,234", 123400),
    ],
)
def test_three_digits_are_a_group_where_the_language_groups_so(language, text, cents):
    with override(language):
        assert stored_amount(read_amount(text), CENTS) == cents


FORM = {"de": f"Geben Sie einen Betrag wie 49,90{NBSP}€ ein.", "en": "Enter an amount such as €49.90."}
DIGITS = {
    "de": f"Ein Betrag hat höchstens zwei Stellen nach dem Komma, wie 49,90{NBSP}€.",
    "en": "An amount has two digits after the decimal mark at most, as in €49.90.",
}


@pytest.mark.parametrize(
    ("language", "text", "sentence"),
    [
        *[
            (language, text, FORM[language])
            for language in ("de", "en")
            for text in ("", " ", "viel", "49,90 $", "--5", "5-", "+5", ",50", "5,", "12.34,56", "1.234,56.78", "1 23",
                         "1234.567,00", "0.123,00", "١٢", "4e3", "NaN", "10;20")
        ],
        ("de", "1,234,567", FORM["de"]),
        ("en", "1.234.567", FORM["en"]),
        ("de", "1,234", DIGITS["de"]),
        ("en", "1.234", DIGITS["en"]),
        ("de", "1.234,567", DIGITS["de"]),
        ("en", "0.12345", DIGITS["en"]),
        ("de", "0.123", FORM["de"]),
        ("de", "1234.567", FORM["de"]),
        ("de", "9" * 17, "Dieser Betrag ist zu groß."),
        ("en", "9" * 17, "This amount is too large."),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_refused_with_a_sentence(language, text, sentence):
    with override(language), pytest.raises(NotAnAmount) as caught:
        read_amount(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("language", "text", "cents"),
    [
        ("de", "49,90 €; 99 €", [4990, 9900]),
        ("en", "€49.90; €1,234", [4990, 123400]),
        ("en", "49,90; 99", [4990, 9900]),
        ("de", "49,90\n99,00\n", [4990, 9900]),
        ("de", "49,90, 99,90", [4990, 9990]),
        ("en", "10, 20,", [1000, 2000]),
        ("en", "1,234, 5", [123400, 500]),
        ("de", "10,20", [1020]),
        ("en", "10.20", [1020]),
        ("de", " ; ", []),
        ("de", "", []),
    ],
)
def test_lists_of_amounts(language, text, cents):
    with override(language):
        assert [stored_amount(one, CENTS) for one in read_amounts(text)] == cents


@pytest.mark.parametrize(
    ("language", "text", "sentence"),
    [
        ("en", "10,20", "Enter amounts with semicolons between them, such as €49.90; €99.00."),
        ("en", "10,20,30", "Enter amounts with semicolons between them, such as €49.90; €99.00."),
        (
            "de",
            "10,20,30",
            f"Geben Sie Beträge mit Semikolons dazwischen ein, zum Beispiel 49,90{NBSP}€; 99,00{NBSP}€.",
        ),
        ("de", "4990,9900", DIGITS["de"]),
        ("de", "10; x", FORM["de"]),
    ],
)
def test_lists_that_are_not_clear_are_refused(language, text, sentence):
    with override(language), pytest.raises(NotAnAmount) as caught:
        read_amounts(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("value", "unit", "german", "english"),
    [
        (4990, CENTS, f"49,90{NBSP}€", "€49.90"),
        ("4990", CENTS, f"49,90{NBSP}€", "€49.90"),
        (-5, CENTS, f"-0,05{NBSP}€", "-€0.05"),
        (500, WHOLE, f"500,00{NBSP}€", "€500.00"),
        ("49.9", WHOLE, f"49,90{NBSP}€", "€49.90"),
        ("4990.5", CENTS, "49,905", "49.905"),
        ("viel", CENTS, "viel", "viel"),
        ("NaN", CENTS, "NaN", "NaN"),
        (True, CENTS, "True", "True"),
        (10**40, CENTS, str(10**40), str(10**40)),
    ],
)
def test_stored_values_are_shown_without_losing_anything(value, unit, german, english):
    with override("de"):
        assert stored_text(value, unit) == german
    with override("en"):
        assert stored_text(value, unit) == english


def test_parts_of_a_cent_are_shown_but_not_taken_for_something_else():
    for language in ("de", "en"):
        with override(language), pytest.raises(NotAnAmount):
            read_amount(stored_text("4990.5", CENTS))


def test_the_shop_s_currency_is_the_one_that_is_read(settings):
    settings.OSCAR_DEFAULT_CURRENCY = "CHF"
    with override("de"):
        assert stored_text(4990, CENTS) == f"49,90{NBSP}CHF"
        assert read_amount("CHF 49.90") == Decimal("49.90")
        assert read_amount("49.90 Schweizer Franken") == Decimal("49.90")
        with pytest.raises(NotAnAmount, match=f"49,90{NBSP}CHF"):
            read_amount("49,90 €")


def test_hints_are_in_the_reader_s_language():
    with override("de"):
        assert (hint(), hint_of_several()) == (
            f"Zum Beispiel 49,90{NBSP}€.",
            f"Zwischen mehreren Beträgen steht ein Semikolon, zum Beispiel 49,90{NBSP}€; 99,00{NBSP}€.",
        )
    with override("en"):
        assert hint() == "Such as €49.90."


@pytest.mark.parametrize(
    ("name", "unit"), [("total_cents", CENTS), ("cents", None), ("total", None), ("attribute.a_cents", None)]
)
def test_names_that_end_in_cents_are_amounts(name, unit):
    assert unit_of_name(name) == unit


# The field of forms


class Priced(forms.Form):
    cents = AmountField(unit=CENTS, required=False)
    whole = AmountField(unit=WHOLE, required=False, lowest=Decimal(0))


def test_a_form_reads_what_people_type():
    with override("de"):
        form = Priced(QueryDict("cents=1.234,5&whole=49,90 €"))
        assert form.is_valid()
        assert form.cleaned_data == {"cents": 123450, "whole": Decimal("49.90")}
        assert 'value="1.234,5"' in str(form["cents"])
        assert Priced(QueryDict("cents= &whole=")).is_valid()
        wrong = Priced(QueryDict("cents=viel&whole=-1"))
        assert wrong.errors == {"cents": [FORM["de"]], "whole": [f"Geben Sie mindestens 0,00{NBSP}€ ein."]}


def test_a_form_takes_stored_settings_as_the_numbers_that_they_are():
    with override("de"):
        form = Priced({"cents": 4990, "whole": "49.9"})
        assert form.is_valid()
        assert form.cleaned_data == {"cents": 4990, "whole": Decimal("49.90")}
        assert Priced({"cents": "4990", "whole": 50}).is_valid()
        assert not Priced({"cents": "49.90"}).is_valid()
        for bad in ("49,90", "1.234", "1e3", True, [1], "NaN"):
            assert list(Priced({"whole": bad}).errors) == ["whole"]


def test_a_form_shows_stored_settings_in_the_reader_s_language():
    form = Priced(initial={"cents": 123456, "whole": "50"})
    with override("de"):
        assert f'value="1.234,56{NBSP}€"' in str(form["cents"])
        assert f'value="50,00{NBSP}€"' in str(form["whole"])
        assert f"Zum Beispiel 49,90{NBSP}€." in str(form["cents"].help_text)
    with override("en"):
        assert 'value="€1,234.56"' in str(form["cents"])
