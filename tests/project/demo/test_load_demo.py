from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.management import call_command
from oscar.core.loading import get_model
from PIL import Image

from dealer_import.models import ImportRun
from shopflow.core.models import Seller
from shopflow.parts.models import PartRecord
from shopflow.project.demo import steps
from shopflow.project.demo.models import LoadedStep
from shopflow.project.demo.pictures.canvas import Canvas
from shopflow.project.demo.pictures.motifs import BY_CATEGORY

OWN = ("countries", "staff", "catalogue", "pictures")


@pytest.fixture
def own_steps(monkeypatch, settings, tmp_path):
    """The demo's own steps, without those of other rooms, in a data folder of the test."""
    settings.DATA_DIR = tmp_path
    chosen = tuple(step for step in steps.STEPS if step.name in OWN)
    monkeypatch.setattr("shopflow.project.demo.management.commands.load_demo.STEPS", chosen)
    return tmp_path


@pytest.mark.django_db
def test_the_demo_is_loaded_once(own_steps, capsys, django_user_model):
    call_command("load_demo", fast=True)
    assert PartRecord.objects.count() == 1028
    assert ImportRun.objects.get().findings.filter(severity="error").count() == 32
    assert Seller.objects.get().vat_id == "DE123456788"
    country = get_model("address", "Country").objects
    assert country.get(pk="FR").printable_name == "Frankreich"
    assert country.filter(is_shipping_country=True).count() == 27
    file = Path(own_steps) / "staff-login.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    email, password = file.read_text().split()
    assert django_user_model.objects.get(email=email).check_password(password)
    assert set(LoadedStep.objects.values_list("name", flat=True)) == {"countries", "staff", "catalogue"}
    capsys.readouterr()
    call_command("load_demo", fast=True)
    assert ImportRun.objects.count() == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize("name", ["Bremsscheiben", "Schrauben", "Reifen"])
def test_a_motif_is_a_picture_of_its_own(name):
    import io

    plain, drawn = Canvas("#e5e7ea"), Canvas("#e5e7ea")
    BY_CATEGORY[name](drawn)
    picture = Image.open(io.BytesIO(drawn.webp()))
    assert (picture.format, picture.size) == ("WEBP", (800, 800))
    assert drawn.webp() != plain.webp()
