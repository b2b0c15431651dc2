"""The migration from one time zone for everybody to none for those for whom nobody has entered one."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from shopflow.audience.models import Contact
from tests.audience.people import contact

pytestmark = pytest.mark.django_db
migration = importlib.import_module("shopflow.audience.migrations.0006_zones_that_were_entered")


def zones():
    return list(Contact.objects.order_by("pk").values_list("time_zone", flat=True))


def test_the_old_default_goes_and_what_was_entered_stays():
    contact("anna@example.org", time_zone="Europe/Berlin")
    contact("max@example.org", time_zone="Europe/Lisbon")
    migration.forget_the_default(apps, None)
    assert zones() == ["", "Europe/Lisbon"]
    migration.put_the_default_back(apps, None)
    assert zones() == ["Europe/Berlin", "Europe/Lisbon"]
