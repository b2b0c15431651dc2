"""Whatever is sent to a provider's door, it is taken or refused: never a server error, and nothing half written."""

from __future__ import annotations

import inspect
import json
import re
import sys

import pytest
from anymail import urls as anymail_urls
from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailCoreWebhookView
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopflow.mailing import provider_views
from shopflow.mailing.models import Message, MessageEvent, Suppression
from shopflow.mailing.provider_views import provider

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailDeprecationWarning"),
]

KEYS = {
    "WEBHOOK_SECRET": "shop:secret", "MAILGUN_WEBHOOK_SIGNING_KEY": "key", "MANDRILL_WEBHOOK_KEY": "key",
    "MANDRILL_API_KEY": "key", "MAILERSEND_SIGNING_SECRET": "key", "MAILERSEND_INBOUND_SECRET": "key",
    "UNISENDER_GO_API_KEY": "key", "MAILGUN_API_KEY": "key", "POSTAL_WEBHOOK_KEY": "key",
}  # fmt: skip
LOGIN = "Basic c2hvcDpzZWNyZXQ="  # shop:secret
CLOSED = re.compile("amazon|(mailtrap|resend|brevo|sendinblue)_inbound")
"""Amazon's need a library that the shop does not bring; the others fetch what came in from the provider's server."""
DOORS = {door.name: door.callback for door in anymail_urls.urlpatterns if not CLOSED.match(door.name)}
REPORT = {
    "RecordType": "Bounce", "ID": 1, "Type": "HardBounce", "TypeCode": 1, "MessageID": "x", "Email": "a@example.org",
    "Details": "550", "BouncedAt": "2026-11-05T16:33:54Z", "Metadata": {"message": "1"},
}  # fmt: skip
STRANGE = {
    "list": "[]", "reports in a list": json.dumps([REPORT]), "number": "17", "word": '"bounce"', "nothing": "null",
    "yes": "true", "no number": "NaN", "deep": "[" * 100_000, "deep and closed": '{"a":' * 5000 + "1" + "}" * 5000,
    "long number": "9" * 5000, "huge": json.dumps("x" * 3_000_000),
    **{
        f"{name} is {kind}": json.dumps({**REPORT, name: value})
        for name in ("MessageID", "Email", "Details")
        for kind, value in {"a list": [1], "an object": {"a": {}}, "NUL": "a\0b", "half": "\ud800"}.items()
    },
    "Type is a list": json.dumps({**REPORT, "Type": []}),
    "Metadata is a list": json.dumps({**REPORT, "Metadata": [1]}),
    "long ago": json.dumps({**REPORT, "BouncedAt": "0001-01-01T00:00:00+14:00"}),
}  # fmt: skip


@pytest.fixture
def keys(settings):
    settings.ANYMAIL = KEYS


def _sent(name, body, content_type="application/json", **headers):
    """The status that the door ``name`` answers with; an exception that Django makes no 4xx of goes through."""
    request = RequestFactory().generic("POST", "/", body, content_type=content_type, **headers)
    try:
        return provider(DOORS[name])(request).status_code
    except (BadRequest, Http404) as error:
        return 404 if isinstance(error, Http404) else 400


def _rows():
    return Message.objects.count(), MessageEvent.objects.count(), Suppression.objects.count()


@pytest.mark.parametrize("body", STRANGE.values(), ids=STRANGE)
def test_a_strange_report_is_refused_and_leaves_a_line_in_the_log(keys, caplog, body):
    try:
        assert _sent("postmark_tracking_webhook", body, HTTP_AUTHORIZATION=LOGIN) == 400
        assert [record.name for record in caplog.records if "is no report" in record.message] == ["shopflow.mailing"]
    except RequestDataTooBig:
        assert len(body) > 2_500_000, "Django answers 400 and logs it"
    assert _rows() == (0, 0, 0)


def test_one_strange_report_among_good_ones_refuses_all(keys):
    good = {"event": "bounce", "sg_event_id": "1", "email": "a@example.org", "timestamp": 1_770_000_000}
    both = json.dumps([good, {**good, "sg_event_id": "a\0b"}])

    assert _sent("sendgrid_tracking_webhook", both, HTTP_AUTHORIZATION=LOGIN) == 400
    assert _rows() == (0, 0, 0)
    assert _sent("sendgrid_tracking_webhook", json.dumps([good]), HTTP_AUTHORIZATION=LOGIN) == 200
    assert _rows() == (0, 1, 0)


def _known_words(view):
    """The names that a provider's view looks for in what it reads."""
    return sorted(set(re.findall(r"""["'](\w[\w-]{1,30})["']""", inspect.getsource(sys.modules[view.__module__]))))


def _values(words):
    names = st.sampled_from(words)
    scalar = (
        st.none() | st.booleans() | st.integers() | st.floats() | names | st.text(max_size=8)
        | st.sampled_from(["2026-11-05T16:33:54Z", "1770000000", "a@example.org", "a\0b", "\ud800", "{}", "[]"])
    )  # fmt: skip
    return st.recursive(
        scalar, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=8), max_leaves=12
    )


@pytest.mark.parametrize("name", DOORS)
def test_no_json_breaks_a_door(keys, monkeypatch, name):
    """With the signature taken for granted, so that the report is read."""
    monkeypatch.setattr(AnymailCoreWebhookView, "run_validators", lambda self, request: None)
    before = _rows()

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(value=_values(_known_words(DOORS[name].view_class)), as_form=st.booleans())
    def probe(value, as_form):
        body, kind = json.dumps(value), "application/json"
        if as_form and isinstance(value, dict):
            words = {field: json.dumps(inner) for field, inner in value.items()}
            request = RequestFactory().post("/", {**words, "mandrill_events": body, "rawmessage": body})
            body, kind = request.body, request.META["CONTENT_TYPE"]
        assert _sent(name, body, kind) in (200, 400, 404), "404: meant for the other door"

    probe()
    assert _rows()[::2] == before[::2], "nobody is blocked by what names none of our messages"


@pytest.mark.parametrize("name", DOORS)
def test_who_does_not_know_the_secret_is_not_read(keys, monkeypatch, name):
    def read(self, request):
        raise AssertionError("read before the signature was checked")

    monkeypatch.setattr(provider_views._Guarded, "parse_events", read)
    for body in ("[]", "{}", json.dumps(REPORT)):
        with pytest.raises((AnymailWebhookValidationFailure, BadRequest)):
            provider(DOORS[name])(RequestFactory().generic("POST", "/", body, content_type="application/json"))
