from __future__ import annotations

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shopflow.automations.models import DraftState, Flow, FlowDraft, FlowVersion
from shopflow.automations.services import open_draft
from shopflow.core.models import AuditEntry
from tests.automations.doubles import WAIT, WORK

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"shopflow-staff:automations-{name}", args=args)


def person(email, *permissions):
    user = get_user_model().objects.create_user(email, "secret-word-1")
    user.is_staff = True
    user.save()
    for codename in permissions:
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label="shopflow_automations", codename=codename)
        )
    return user


@pytest.fixture
def keeper(client):
    client.force_login(person("keeper@example.org", "view_flow", "change_flow"))
    return client


@pytest.fixture
def draft(make_flow):
    return open_draft(flow=make_flow(WAIT, WORK), actor=None)


def now(draft):
    draft.refresh_from_db()
    return draft.states.get(number=draft.position).definition


def ids(draft):
    return [step["id"] for step in now(draft)["steps"]]


def do(client, draft, verb, **more):
    draft.refresh_from_db()
    data = {"do": verb, "revision": draft.revision, **more}
    return client.post(url("builder-act", draft.flow.code), data)


def test_the_editor_is_for_those_who_may_change(client, draft):
    pages = [("builder",), ("builder-palette",), ("builder-step", "work"), ("builder-part", "trigger"),
             ("builder-name",), ("builder-import",), ("builder-export",), ("builder-publish",)]  # fmt: skip
    client.force_login(person("reader@example.org", "view_flow"))
    for name, *args in pages:
        assert client.get(url(name, "test_flow", *args)).status_code == 403
    assert client.get(url("new")).status_code == 403
    assert client.post(url("builder-begin", "test_flow")).status_code == 403
    assert do(client, draft, "delete:work").status_code == 403
    assert client.get(url("comparison", draft.base.pk)).status_code == 200
    assert ids(draft) == ["pause", "work"]


def test_every_page_of_a_draft_opens(keeper, draft):
    for name, *args in [("builder",), ("builder-palette",), ("builder-step", "work"), ("builder-step", "pause"),
                        ("builder-name",), ("builder-import",), ("builder-export",), ("builder-publish",),
                        *[("builder-part", part) for part in
                          ("trigger", "conditions", "entry", "exits", "goals", "limits")]]:  # fmt: skip
        assert keeper.get(url(name, "test_flow", *args)).status_code == 200, (name, args)
    assert keeper.get(url("builder-part", "test_flow", "nonsense")).status_code == 404
    assert keeper.get(url("builder-step", "test_flow", "gone")).status_code == 302


@pytest.mark.parametrize("kind", ["for", "until", "until_time", "until_date", "until_event", "until_condition"])
def test_every_kind_of_wait_has_its_form(keeper, draft, kind):
    page = keeper.get(url("builder-step", "test_flow", "pause"), {"art": kind})
    assert page.status_code == 200
    assert f'value="{kind}" selected' in page.content.decode()
