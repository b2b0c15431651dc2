"""One spelling of an address, so that one person is one contact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopflow.mailing.addresses import email_hash, is_valid, normalise_email


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (" Anna.Muster@Example.ORG ", "anna.muster@example.org"),
        ("info@Müller-Autoteile.example", "info@xn--mller-autoteile-zvb.example"),
        ("info@xn--mller-autoteile-zvb.example", "info@xn--mller-autoteile-zvb.example"),
        ("INFO@STRAßE.example", "info@xn--strae-oqa.example"),
        ("u\u0308nal@mu\u0308nchen.example", "ünal@xn--mnchen-3ya.example"),
        ("anna+shop@example.org", "anna+shop@example.org"),
        ("a.n.n.a@example.org", "a.n.n.a@example.org"),
        ("kaputt@ü..example", "kaputt@ü..example"),
        ("", ""),
    ],
)
def test_the_rule(typed, normal):
    assert normalise_email(typed) == normal


def test_both_spellings_of_a_domain_leave_one_fingerprint():
    assert email_hash("info@Müller.example") == email_hash("INFO@xn--mller-kva.example")
    assert is_valid(normalise_email("info@müller.example"))


@given(st.text(max_size=40))
def test_a_normal_spelling_stays_as_it_is(text):
    once = normalise_email(text)
    assert normalise_email(once) == once
