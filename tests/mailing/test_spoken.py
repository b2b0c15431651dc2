"""Templates that are put together for a language say the same as Django's own rendering, letter by letter."""

from __future__ import annotations

import pytest
from django.template import Context, Engine, Template
from django.template.loader import get_template
from django.utils import translation

from shopflow.mailing.composing import shared_context
from shopflow.mailing.texts import samples, shipped, spoken
from shopflow.mailing.texts.preview import _examples
from shopflow.mailing.texts.spoken import spoken as put_together

WITHOUT_SAMPLE = {"desk_digest"}


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_mail_reads_as_django_renders_it(seller, language):
    different, as_they_are = [], []
    for code in set(shipped.codes()) - WITHOUT_SAMPLE:
        context = {
            **_examples(samples.sample(code)), **shared_context(mail_class="advertising"), "LANGUAGE_CODE": language,
            "unsubscribe_url": "https://x.example/a", "subject": "Müller & <Söhne>",
        }  # fmt: skip
        for part, autoescape in (("body.html", True), ("body.txt", False), ("subject.txt", False)):
            template = get_template(f"mail/{code}/{part}").template
            with translation.override(language):
                plain = template.render(Context(dict(context), autoescape=autoescape))
                found = put_together(template, autoescape=autoescape)
                if found is template:
                    as_they_are.append(f"{code}/{part}")
                for _time in range(2):
                    if str(found.render(Context(dict(context), autoescape=autoescape))) != str(plain):
                        different.append(f"{code}/{part}")
    assert different == []
    assert as_they_are == []


FRAME = "{% load i18n %}<{% block a %}{% translate 'Save' %}{% with x=1 %}{{ x }}{% endwith %}{% endblock %}|{{ y }}>"


def _engine(**templates):
    libraries = {"i18n": "django.templatetags.i18n"}
    return Engine(loaders=[("django.template.loaders.locmem.Loader", templates)], libraries=libraries)


@pytest.mark.parametrize(
    "source",
    [
        "{% extends 'frame' %}{% load i18n %}{% block a %}{% translate 'Cancel' as y %}{{ y }} & {{ z }}{% endblock %}",
        "{% extends 'frame' %}{% block a %}{{ block.super }}!{% endblock %}",
        "{% extends which %}",
        "{% extends 'frame' %}{% load i18n %}{% block a %}{% if z %}{% translate z %}{% endif %}{% endblock %}",
        "{% load i18n %}{% for one in many %}{% translate 'Save' %}{{ forloop.counter }}{% empty %}0{% endfor %}",
        "{% load i18n %}{% translate 'Save' context 'x' %}{% translate 'Save' noop %}{% translate '<b>' %}",
    ],
)
def test_ways_to_build_a_template(source):
    engine = _engine(frame=FRAME)
    template = Template(source, engine=engine)
    values = {"z": "<Save>", "many": [1, 2], "which": "frame"}
    for language in ("de", "en", "de"):
        for autoescape in (True, False):
            with translation.override(language):
                expected = template.render(Context(values, autoescape=autoescape))
                found = put_together(template, autoescape=autoescape).render(Context(values, autoescape=autoescape))
            assert str(found) == str(expected)


def test_it_is_put_together_once_for_each_language(monkeypatch):
    template = Template("{% load i18n %}{% translate 'Save' %}", engine=_engine())
    with translation.override("de"):
        first = put_together(template)
    with translation.override("en"):
        assert put_together(template).render(Context()) == "Save"
    monkeypatch.setattr(spoken, "_put_together", None)
    with translation.override("de"):
        assert put_together(template) is first
        assert first.render(Context()) == "Speichern"
