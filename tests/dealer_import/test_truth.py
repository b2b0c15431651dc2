"""Freshly written catalogues of several seeds, in every format: exactly what their generator says, on both days."""

from __future__ import annotations

import hashlib

import pytest

from benchmarks.dealer_samples import FORMATS, write_samples, write_second_day
from benchmarks.dealer_samples.checking import FILES, second_day_counts, wrong_in_file
from dealer_import.profiles import load_profile
from dealer_import.services import run_import
from shopflow.parts.models import PartRecord

SEEDS = (20261121, 5, 4242)
ROWS = 1000
SMALL = 400


@pytest.fixture(scope="module", params=SEEDS)
def fresh(request, tmp_path_factory):
    """A catalogue of one seed in all formats, with its truth."""
    folder = tmp_path_factory.mktemp(f"seed{request.param}")
    return folder, write_samples(folder, rows=ROWS, seed=request.param, second_day=False)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_every_seed_meets_the_truth(fresh, form):
    folder, truth = fresh
    assert wrong_in_file(folder, form, truth) == {}


def test_the_generator_always_writes_the_same_bytes(tmp_path):
    truth = write_samples(tmp_path, formats=["csv"], second_day=False)
    written = hashlib.sha256((tmp_path / "dms.csv").read_bytes()).hexdigest()
    assert written == truth["files"]["csv"]["sha256"]
    assert written == "c3ae934dae441126225e8a91f6b031a879fd7fa1a243f8560496f1efbb2c3188"


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "seed"), [(form, SEEDS[place % 3]) for place, form in enumerate(FORMATS)])
def test_p22_the_second_day_counts_exactly_what_differs_in_every_format(form, seed, tmp_path):
    write_samples(tmp_path / "1", rows=SMALL, seed=seed, formats=[form], bad_per_kind=0, second_day=False)
    write_second_day(tmp_path / "2", form, rows=SMALL, seed=seed)
    profile = load_profile(f"sample_{form}")
    first = run_import(path=tmp_path / "1" / FILES[form], profile=profile)
    assert (first.outcome, first.changed, first.hidden) == ("applied", 0, 0), first.message
    name = "dms_day2.csv" if form == "csv" else FILES[form]
    second = run_import(path=tmp_path / "2" / name, profile=profile)
    assert second.outcome == "applied", second.message
    found = {word: getattr(second, word) for word in ("created", "changed", "unchanged", "hidden")}
    assert found == second_day_counts(form, rows=SMALL, seed=seed)
    assert PartRecord.objects.filter(missing=False).count() == second.accepted
    again = run_import(path=tmp_path / "2" / name, profile=profile)
    assert again.outcome == "noop"
