"""What the tests of the editor share: who works in it, and how they speak to it."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse


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


def now(draft):
    draft.refresh_from_db()
    return draft.states.get(number=draft.position).definition


def ids(draft):
    return [step["id"] for step in now(draft)["steps"]]


def do(client, draft, verb, **more):
    draft.refresh_from_db()
    data = {"do": verb, "revision": draft.mark, **more}
    return client.post(url("builder-act", draft.flow.code), data)


def save(client, draft, *args, **data):
    draft.refresh_from_db()
    name = (
        "builder-part" if args[0] in ("trigger", "conditions", "entry", "exits", "goals", "limits") else "builder-step"
    )
    return client.post(url(name, "test_flow", args[0]), {"save": "1", "revision": draft.mark, **data})
