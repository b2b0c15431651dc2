"""Texts that staff write: they see declared values and nothing else, keep their frame, and can always be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.template.base import Lexer, TokenType
from django.utils import translation

from shopflow.contracts.mail import MailClass
from shopflow.core.exceptions import ImmutableRecord
from shopflow.core.models import AuditEntry
from shopflow.mailing import composing
from shopflow.mailing.exceptions import TextRefused
from shopflow.mailing.models import MailText
from shopflow.mailing.services import save_text, send_due, text_findings, use_text
from shopflow.mailing.texts import language, plaintext, samples, shipped
from shopflow.mailing.texts.lint import check
from shopflow.mailing.texts.shipped import NotEditable, Words

DECLARED = {
    "name": "Erika",
    "order": {"number": "1", "total": Decimal("9.90")},
    "lines": [{"title": "Scheibe", "tags": ["a"]}],
}


def findings(
    body: str = "<p>Hallo</p>", *, subject: str = "Hallo", is_advertising: bool = False
) -> list[tuple[str, int]]:
    words = Words(subject, "", body)
    found = check(
        words, declared=DECLARED, parts={"order": "x"}, is_advertising=is_advertising, site_host="shop.example.org"
    )
    return [(finding.code, finding.line) for finding in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>{{ name }} {{ order.number }} {{ order.total|money }}</p>", []),
        ("{% for line in lines %}<b>{{ line.title }}{{ forloop.counter }}</b>{% empty %}–{% endfor %}", []),
        ("{% with o=order %}{{ o.number }}{% endwith %}{% firstof name order.number %}", []),
        ("{% if name == 'x' and order.number or not lines %}a{% elif name %}b{% else %}c{% endif %}", []),
        ('{% part "order" %}', []),
        ("<p>a</p>\n<p>{{ nmae }}</p>", [("variable", 2)]),
        ("{{ order.numbr }}", [("variable", 1)]),
        ("{{ order.pk }}", [("variable", 1)]),
        ("{{ name.upper }}", [("variable", 1)]),
        ("{{ order.items }}", [("variable", 1)]),
        ("{{ name|default:secret }}", [("variable", 1)]),
        ("{{ name.__class__ }}", [("variable", 1)]),
        ("{% for line in lines %}{{ line.price }}{% endfor %}{{ line.title }}", [("variable", 1), ("variable", 1)]),
        ("{% for a in lines %}{% for b in a.tags %}{{ b }}{% endfor %}{% endfor %}", []),
        (
            "{% for a in lines %}{% for b in lines %}{% for c in lines %}x{% endfor %}{% endfor %}{% endfor %}",
            [("loops", 1)],
        ),
        ("\n\n{% if name %}x", [("unclosed", 3)]),
        ("{% if name %}x{% endfor %}", [("unclosed", 1)]),
        ('a\n{% include "mail/base.html" %}', [("tag", 2)]),
        ("{% load i18n %}", [("tag", 1)]),
        ("{% debug %}", [("tag", 1)]),
        ('{% extends "oscar/layout.html" %}', [("tag", 1)]),
        ("{{ name|safe }}", [("filter", 1)]),
        ("{{ name|center:9999999 }}", [("filter", 1)]),
        ("{{ name|money:' }}", [("syntax", 1)]),
        ("{{ }}", [("syntax", 1)]),
        ('{% part "other" %}', [("part", 1)]),
        ("{% part other %}", [("part", 1)]),
        ("x" * 50_000, [("too_long", 0)]),
        ("<p>{{ order.number </p>", [("brace", 1)]),
        ("a\n{% if name %}\nb }}{% endif %}", [("brace", 3)]),
        ("{# a\n#}", [("brace", 1)]),
    ],
)
def test_the_language_allows_words_and_nothing_else(body, expected):
    assert findings(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>10 % Rabatt</p>", [("advertising", 1)]),
        ("<p>a</p>\n<p>Ihr Gutschein und der NEWSLETTER</p>", [("advertising", 2), ("advertising", 2)]),
        ("<p>Unsere Empfehlung: ein Sonderangebot</p>", [("advertising", 1)]),
        ("<p>Keine Rückgabe</p>", [("clause", 1)]),
        ("<p>Versand auf Risiko des Käufers</p>", [("clause", 1)]),
        ("<p>klimaneutral</p>", [("claim", 1)]),
        ("<script>alert(1)</script>", [("tag_forbidden", 1)]),
        ("<p onclick='x()'>a</p>", [("attribute", 1)]),
        ("<p style='color:red'>a</p>", [("attribute", 1)]),
        ("<p><b>a</p>", [("unclosed", 1)]),
        ("<p>a</p></div>", [("unopened", 1)]),
        ("<p>a\n<b>c", [("unclosed", 1), ("unclosed", 2)]),
        ("<img src='/media/a.png' alt='Logo'>", [("relative", 1)]),
        ("<img src='https://shop.example.org/a.png'>", [("alt", 1)]),
        ("<img src='https://shop.example.org/a.png' alt=''>", []),
        ("<img src='https://cdn.example.com/a.png' alt=''>", [("host", 1)]),
        ("<img src='https://shop.example.org/a.gif' alt='' width='1' height='1'>", [("pixel", 1)]),
        ("<a href='javascript:alert(1)'>a</a>", [("link", 1)]),
        ("<a href='{{ order.number }}'>a</a>", []),
        ("<a href='https://shop.example.org/{{ name }}/'>a</a>", []),
        ("<a href='https://example.com/'>a</a>", [("link_abroad", 1)]),
        ("<a href='http://example.com/'>a</a>", [("link", 1)]),
        ("<a href='//example.com/'>a</a>", [("link", 1)]),
        ("<a href='https://[shop'>a</a>", [("link", 1)]),
        ("<img src='https://[shop' alt=''>", [("link", 1)]),
        ("<a href='/suche/'>a</a><a href='#unten'>b</a>", [("relative", 1)]),
        ("<img src='https://shop.example.org/a.gif' alt='' width='1px'>", [("pixel", 1)]),
        ("<img src='https://shop.example.org/a.gif' alt='' width='10'>", []),
        ("<a href='https://shop.example.org/klick?url=https%3A//shop.example.org'>a</a>", [("link_rewritten", 1)]),
        ("<a href='https://shop.example.org/x?utm_source=mail'>a</a>", [("advertising", 1)]),
        ("<a href='https://www.instagram.com/shop'>a</a>", [("advertising", 1), ("link_abroad", 1)]),
        ("<a href='https://www.youtube.com/fitting'>a</a>", [("link_abroad", 1)]),
    ],
)
def test_what_a_mail_must_not_hold(body, expected):
    assert findings(body) == expected


def test_advertising_may_advertise_but_not_measure():
    assert findings("<p>10 % Rabatt</p>", is_advertising=True) == []
    assert findings("<a href='https://shop.example.org/x?utm_source=mail'>a</a>", is_advertising=True) == []


def test_sentences_say_what_to_do():
    with translation.override("de"):
        found = language.problems("{{ ordr.number }}", declared=DECLARED, parts={}, field="body")
    assert found[0].sentence == "„ordr.number“ gibt es nicht. Meinen Sie „order.number“?"


def test_a_text_sees_copies_of_declared_values_only():
    secret = SimpleNamespace(number="100123", total=Decimal("9.90"), password="geheim", delete=lambda: 1 / 0)
    values = language.plain(DECLARED["order"], secret)
    assert values == {"number": "100123", "total": Decimal("9.90")}
    assert language.plain("", object).startswith("<class")
    assert language.plain([{"title": ""}], [{"title": "a", "x": 1}] * 300) == [{"title": "a"}] * 200
    assert language.plain([""], None) == []


def test_values_are_escaped_in_html_and_not_in_text():
    said = "{{ name }}"
    assert language.render(said, {"name": "<b>&"}, part=str) == "&lt;b&gt;&amp;"
    assert language.render(said, {"name": "<b>&"}, part=str, autoescape=False) == "<b>&"


def test_html_becomes_text():
    html = (
        '<h1>Hallo  Welt</h1>\n<p>Zeile<br>zwei <a href="{{ url }}">Link</a> '
        '<a href="mailto:a@example.org">a@example.org</a></p><ul><li>eins</li><li>{{ x|linebreaksbr }}</li></ul>'
    )
    assert plaintext.text_of(html) == ("Hallo Welt\n\nZeile\nzwei Link: {{ url }} a@example.org\n\n- eins\n- {{ x }}\n")


# the shipped templates

EDITABLE = [
    (code, tongue)
    for code in (
        "access_ready",
        "cart_reminder_1",
        "cart_reminder_2",
        "cart_reminder_3",
        "consent_confirm",
        "order_status_cancelled",
        "order_status_delivered",
        "order_status_in_work",
        "order_status_link",
        "order_status_paid",
        "order_status_ready_for_pickup",
        "order_status_returned",
        "order_status_shipped",
        "review_reminder",
        "review_request",
    )
    for tongue in ("de", "en")
]


@pytest.mark.parametrize(("code", "tongue"), EDITABLE)
def test_shipped_words_can_be_edited_and_have_no_fault(code, tongue):
    words = shipped.words(code, tongue)
    assert text_findings(code, words) == []
    assert words.subject
    assert "<h1>" in words.body or code == "order_status_link"
    assert "translate" not in words.body
    if tongue == "de":
        assert words != shipped.words(code, "en")


@pytest.mark.parametrize("code", ["order_confirmation", "withdrawal_receipt"])
def test_words_that_the_law_prescribes_are_fixed(code):
    with pytest.raises(NotEditable):
        shipped.words(code, "de")


def _every_source() -> list[tuple[str, str, str]]:
    """All shipped words of all templates in both languages, also of those that cannot be edited."""
    found = []
    for code in shipped.codes():
        for part in ("subject.txt", "body.html", "body.txt"):
            source = shipped.source(f"mail/{code}/{part}")
            found.append((code, part, source))
    return found


@pytest.mark.parametrize("tongue", ["de", "en"])
def test_no_shipped_template_measures_loads_from_abroad_or_advertises_by_stealth(tongue, settings):
    from shopflow.mailing.texts.lint import markup, wording

    complaints = []
    for code, part, source in _every_source():
        with translation.override(tongue):
            said = "".join(_sayings(iter(Lexer(source).tokenize())))
        advertising = shipped.is_marked(code, shipped.ADVERTISING)
        complaints += [(code, part, f.code, f.sentence) for f in wording(said, is_advertising=advertising)]
        if part == "body.html":
            serious = {"alt", "pixel", "host", "link_rewritten", "link", "tag_forbidden", "attribute"}
            found = markup(source.replace('href="{{', 'href="/{{'), site_host="")
            complaints += [(code, part, f.code, f.sentence) for f in found if f.code in serious]
    assert complaints == []


def _sayings(tokens) -> Iterator[str]:
    """The words of a template in the active language, whatever else it does."""
    for token in tokens:
        command = shipped._command(token)
        try:
            if command in shipped._TRANSLATE:
                yield shipped._translated(token)
            elif command in shipped._BLOCK:
                yield shipped._translated_block(token, tokens)
        except NotEditable:
            continue
        if token.token_type == TokenType.TEXT:
            yield token.contents


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "tongue"), [pair for pair in EDITABLE if pair[1] == "de"])
def test_staffs_words_look_as_the_shipped_ones_until_they_are_changed(code, tongue, seller, admin_user):
    context = {**samples.sample(code), **composing.shared_context(mail_class=MailClass.ADVERTISING)}
    context["lines"], context["order"] = [], SimpleNamespace(**context["order"])
    before = composing.compose(code, context=context, language=tongue)
    words = shipped.words(code, tongue)
    save_text(code=code, language=tongue, words=Words(words.subject, words.preheader, words.body), actor=admin_user)
    after = composing.compose(code, context=context, language=tongue)

    assert (bool(after.text_hash), before.text_hash) == (True, "")
    assert after.subject == before.subject
    assert " ".join(after.html.split()).replace("> <", "><") == " ".join(before.html.split()).replace("> <", "><")
    assert "Autohaus Muster GmbH" in after.text


@pytest.fixture
def greeting(seller, admin_user):
    def save(body: str = "<p>Hallo {{ email }}</p>", subject: str = "Bitte bestätigen") -> MailText:
        return save_text(code="consent_confirm", language="de", words=Words(subject, "Kurz", body), actor=admin_user)

    return save


@pytest.mark.django_db
def test_staffs_words_are_sent_within_the_shipped_frame(greeting, advert, smtp):
    text = greeting()
    message = advert()
    send_due()

    assert (message.subject, message.text_hash) == ("Bitte bestätigen", text.content_hash)
    html = smtp.messages[0].get_body(("html",)).get_content()
    plain = smtp.messages[0].get_body(("plain",)).get_content()
    for part in (html, plain):
        assert "Hallo kunde@example.org" in part
        assert "/mail/" in part, "the link to unsubscribe is not part of the words"
        assert "Autohaus Muster GmbH" in part
    assert "Kurz" in html
    assert '<p style="' in html, "the rules are written into the elements"


@pytest.mark.django_db
def test_versions_are_kept_and_one_of_them_is_sent(greeting, letter, admin_user):
    first = greeting()
    second = greeting("<p>Anders</p>")
    assert greeting("<p>Anders</p>") == second, "the same words make no version"
    assert (first.version, second.version) == (1, 2)
    assert "Anders" in letter("a").html

    use_text(code="consent_confirm", language="de", version=1, actor=admin_user)
    assert "Hallo" in letter("b").html
    use_text(code="consent_confirm", language="de", version=None, actor=admin_user)
    assert letter("c").text_hash == ""
    assert letter("d", text_hash=second.content_hash).text_hash == second.content_hash
    use_text(code="consent_confirm", language="de", version=2, actor=admin_user)
    assert letter("e", text_hash=composing.SHIPPED).text_hash == ""
    assert letter("f", language="en").text_hash == ""
    assert list(AuditEntry.objects.order_by("pk").values_list("summary", flat=True)) == [
        f"consent_confirm (de): {which}" for which in ("1", "2", "1", "shipped", "2")
    ]


@pytest.mark.django_db
def test_versions_never_change(greeting):
    text = greeting()
    with pytest.raises(ImmutableRecord):
        MailText.objects.filter(pk=text.pk).update(body="x")
    from django.db import connection

    if not connection.introspection.table_names() or not _has_trigger(connection):
        pytest.skip("made without migrations")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE shopflow_mailing_mailtext SET body = 'x'")


def _has_trigger(connection) -> bool:
    sql = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'shopflow_mailing_mailtext'"
        if connection.vendor == "sqlite"
        else "SELECT count(*) FROM pg_trigger WHERE tgname = 'shopflow_mailing_mailtext_keep'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
def test_words_with_errors_are_refused_and_nothing_changes(greeting, admin_user):
    with pytest.raises(TextRefused) as refused:
        greeting("<p>{{ secret }} Rabatt</p>")
    assert [finding.code for finding in refused.value.findings] == ["variable", "advertising"]
    with pytest.raises(NotEditable):
        save_text(code="order_confirmation", language="de", words=Words("a", "", "b"), actor=admin_user)
    assert not MailText.objects.exists()


@pytest.mark.django_db
def test_words_that_break_later_give_way_to_the_shipped_ones(greeting, letter, monkeypatch, caplog):
    greeting()

    def breaks(*args, **kwargs):
        raise ValueError("broken")

    monkeypatch.setattr(composing, "render_text", breaks)
    assert letter().text_hash == ""
    assert "shipped one goes out" in caplog.text


@pytest.mark.django_db
def test_a_text_is_parsed_once(greeting, letter):
    greeting()
    language.parsed.cache_clear()
    for number in range(5):
        letter(f"m{number}")
    assert language.parsed.cache_info().misses == 4, "subject, preview line, HTML and text"
