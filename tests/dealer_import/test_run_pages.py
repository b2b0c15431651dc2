"""What staff see of a run and do with it."""

from __future__ import annotations

import io

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from oscar.core.loading import get_model

from dealer_import import queries, services
from dealer_import.apply import undo
from dealer_import.comparing import COMPARED
from dealer_import.dashboard.mending import _is_bookkeeping
from dealer_import.forms.wizard import MODE_LABELS
from dealer_import.models import ImportOrigin, ImportRun, ParallelRun, ProfileVersion, StoredProfile
from dealer_import.plots import percent, price_bars
from dealer_import.profiles import BadProfile, load_profile, resolve_profile
from dealer_import.templatetags.import_words import compared, field_name
from shopflow.core.models import AuditEntry
from shopflow.parts.models import PartRecord
from shopflow.project.demo.catalogue import FILE

StockRecord = get_model("partner", "StockRecord")
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def chef(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("chef@example.org", "x"))
    return client


def url(name, *args):
    return reverse(f"shopflow-staff:{name}", args=args)


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def with_price(row: bytes, price: bytes) -> bytes:
    cells = row.split(b";")
    index = next(i for i, cell in enumerate(cells) if cell in (b"1", b"100", b"10", b"1000") and b"," in cells[i + 1])
    cells[index + 1] = price
    return b";".join(cells)


@pytest.fixture
def jumped(bring_in, export, profile):
    """A dry run after which every price would be a hundredth, and one part gone."""
    bring_in(export.write(export.good))
    cheap = [with_price(row, b"0,27") for row in export.good[1:]]
    path = export.write(cheap, stamp="22.11.2026 05:30")
    run = services.queue_upload(stream=path.open("rb"), file_name="t2.csv", profile=profile, actor=None)
    services.execute_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def test_all_jumps_and_all_hidden_parts_are_shown_and_taken_along(chef, jumped, export):
    page = chef.get(url("import-run", jumped.pk))
    assert page.context["price_count"] == len(export.good) - 1
    assert page.context["hidden_count"] == 1
    assert sum(bar.count for bar in page.context["price_bars"]) == len(export.good) - 1
    with translation.override("de"):
        told = chef.get(url("import-run", jumped.pk), headers={"accept-language": "de"}).content.decode()
    assert '<rect x="4.0" ' in told
    prices = chef.get(url("import-changes", jumped.pk, "preise"))
    assert prices.context["page"].paginator.count == len(export.good) - 1
    lines = body(chef.get(url("import-changes-csv", jumped.pk, "preise"))).decode("utf-8-sig").splitlines()
    assert len(lines) == len(export.good)
    assert all(line.split(";")[4] == "0,27" for line in lines[1:])
    gone = body(chef.get(url("import-changes-csv", jumped.pk, "ausgeblendet"))).decode("utf-8-sig").splitlines()
    assert "1N0 000 013 AC" in gone[1]
    assert chef.get(url("import-changes", jumped.pk, "anderes")).status_code == 404


def test_an_applied_run_shows_what_it_has_written(chef, bring_in, export):
    bring_in(export.write(export.good))
    rows = [with_price(export.good[0], b"28,00"), *export.good[1:-1]]
    run = bring_in(export.write(rows, stamp="22.11.2026 05:30")).run
    page = chef.get(url("import-run", run))
    assert [(row["old_cents"], row["new_cents"]) for row in page.context["prices"]] == [(2765, 2800)]
    assert page.context["hidden_count"] == 1


@pytest.mark.parametrize(("mode", "told"), [("numbers", "EAN, OE and other numbers only"), ("full", "whole catalogue")])
def test_a_run_says_what_its_file_holds(chef, bring_in, export, mode, told):
    run = bring_in(export.write(export.good)).run
    ImportRun.objects.update(mode=mode)
    page = chef.get(url("import-run", run)).content.decode()
    with translation.override("de"):
        assert f'<span class="muted">{translation.gettext(told)}</span>' in page


def test_parts_that_a_run_hides_are_not_among_those_with_another_value(chef, bring_in, export):
    bring_in(export.write(export.good))
    rows = [with_price(export.good[0], b"28,00"), *export.good[1:-1]]
    report = bring_in(export.write(rows, stamp="22.11.2026 05:30"))
    page = chef.get(url("import-run", report.run))
    assert (report.changed, report.hidden, page.context["written"]) == (1, 1, 1)
    assert "1 davon hat jetzt einen anderen Wert im Shop" in page.content.decode()
    PartRecord.objects.update(source="woanders", row_hash=None, raw_hash=None)
    taken_over = bring_in(export.write(rows, stamp="23.11.2026 05:30"))
    assert taken_over.changed == len(rows)
    assert queries.written_parts(ImportRun.objects.get(pk=taken_over.run)) == 0


def test_a_dry_run_is_not_said_to_be_applied(chef, jumped):
    page = chef.get(url("import-run", jumped.pk)).content.decode()
    assert ('class="badge badge--info"' in page, "badge--positive" in page) == (True, False)


def test_bars_tell_wrong_decimal_marks_from_a_rise():
    pairs = [(10_000, 100), (10_000, 100), (1000, 900), (1000, 1000), (1000, 1300), (100, 10_000)]
    bars = price_bars({"old_cents": old, "new_cents": new} for old, new in pairs)
    assert [bar.count for bar in bars] == [2, 0, 0, 2, 1, 0, 0, 1]
    assert max(bar.height for bar in bars) == bars[0].height == 120


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [(2765, 2865, "+3,6"), (86227, 86327, "+0,1"), (86327, 86227, "-0,1"), (100, 300, "+200"), (5, 5, ""), (0, 5, "")],
)
def test_small_changes_of_prices_are_told_in_tenths(old, new, told):
    assert percent(old, new) == told


def test_examples_of_changed_parts_tell_the_stock_too(chef, bring_in, export, profile):
    bring_in(export.write(export.good))
    StockRecord.objects.filter(product__title=PartRecord.objects.first().product.title).update(num_in_stock=4711)
    PartRecord.objects.update(row_hash=None, raw_hash=None)
    path = export.write(export.good, stamp="22.11.2026 05:30")
    run = services.queue_upload(stream=path.open("rb"), file_name="t.csv", profile=profile, actor=None)
    services.execute_run(run_id=run.pk)
    (row,) = chef.get(url("import-run", run.pk)).context["altered"]
    assert row["old_cents"] == row["new_cents"]
    assert (row["old_stock"], row["new_stock"] < 4711) == (4711, True)


def test_a_held_run_is_released_with_a_reason_that_stays(chef, bring_in, export):
    assert bring_in(FILE).outcome == "applied"
    held = bring_in(export.write(export.good, stamp="22.11.2026 05:30")).run
    page = chef.get(url("import-run", held))
    assert page.context["may_decide"] is True
    assert chef.post(url("import-decide", held), {"decision": "vielleicht"}).status_code == 302
    assert ImportRun.objects.get(pk=held).decision == ""
    answer = chef.post(url("import-decide", held), {"decision": "released", "note": "Sortiment gekürzt"})
    follower = ImportRun.objects.get(follows=held)
    assert answer.url == url("import-run", follower.pk)
    story = chef.get(url("import-run", held)).content.decode()
    assert "Sortiment gekürzt" in story
    assert AuditEntry.objects.get(action="import_released").actor.email == "chef@example.org"


def test_a_dry_run_that_a_brake_would_hold_is_released_once_on_its_own_numbers(chef, jumped):
    wary = {**jumped.profile_tables, "brake_floor": 3}
    held = services.queue_upload(
        stream=storages["private"].open(jumped.stored_file),
        file_name="t3.csv",
        profile=resolve_profile("wary", {"wary": wary}),
        actor=None,
    )
    assert services.execute_run(run_id=held.pk).reason == "brake_price"
    held.refresh_from_db()
    page = chef.get(url("import-run", held.pk))
    assert (held.outcome, page.context["may_apply"], page.context["may_decide"]) == ("held", False, True)
    # Enter in the reason presses the first button of the form, which decides nothing.
    form = page.content.decode().split(f'action="{url("import-decide", held.pk)}"')[1]
    assert form[form.index("<button") :].startswith('<button type="submit" disabled hidden></button>')
    assert chef.post(url("import-apply", held.pk)).status_code == 404
    chef.post(url("import-decide", held.pk), {"decision": "released", "note": "Währung umgestellt"})
    real = ImportRun.objects.get(follows=held)
    assert services.execute_run(run_id=real.pk).outcome == "applied"
    page = chef.get(url("import-run", held.pk))
    assert (page.context["may_decide"], "Währung umgestellt" in page.content.decode()) == (False, True)
    chef.post(url("import-decide", held.pk), {"decision": "released"})
    assert ImportRun.objects.filter(follows=held).count() == 1


def test_a_run_that_a_later_file_has_overtaken_says_so_instead_of_showing_buttons(chef, bring_in, export, profile):
    """Also after the source was switched: the later file may have been read by another profile."""
    assert bring_in(FILE).outcome == "applied"
    bad = with_price(export.good[0], b"auf Anfrage")
    dry = services.queue_upload(
        stream=export.write(export.good).open("rb"), file_name="t.csv", profile=profile, actor=None
    )
    services.execute_run(run_id=dry.pk)
    held = bring_in(export.write([bad, *export.good[1:]], stamp="22.11.2026 05:30")).run
    other = resolve_profile("neu", {"neu": {**profile.options, "source": "sample_csv", "price_rule": {"factor": "1"}}})
    path = export.write(export.good, stamp="23.11.2026 05:30")
    later = services.run_import(path=path, profile=other, override_brakes=True)
    assert later.outcome == "applied"
    page = chef.get(url("import-run", dry.pk))
    assert (page.context["may_apply"], url("import-apply", dry.pk) in page.content.decode()) == (False, False)
    assert str(later.run) in page.context["overtaken"]
    assert page.context["overtaken"] in page.content.decode()
    page = chef.get(url("import-run", held))
    shown = page.content.decode()
    assert (page.context["overtaken"] in shown, 'value="released"' in shown, 'value="discarded"' in shown) == (
        True,
        False,
        True,
    )
    assert (page.context["correctable"], url("import-correct", held) in shown) == (0, False)
    assert str(later.run) in page.context["out_of_date"]
    assert page.context["out_of_date"] in shown
    chef.post(url("import-decide", held), {"decision": "released"})
    assert ImportRun.objects.get(pk=held).decision == ""
    chef.post(url("import-decide", held), {"decision": "discarded"})
    assert ImportRun.objects.get(pk=held).decision == "discarded"


def test_refused_rows_are_corrected_here_and_fed_again(chef, bring_in, export):
    bad = with_price(export.good[0], b"auf Anfrage")
    run = bring_in(export.write([bad, *export.good[1:]])).run
    assert PartRecord.objects.count() == len(export.good) - 1
    page = chef.get(url("import-correct", run))
    ((finding, fields),) = page.context["form"].rows()
    assert (fields[0].label, fields[0].value()) == ("UPE netto", "auf Anfrage")
    given = {field.html_name: field.value() for field in fields}
    chef.post(url("import-correct", run), given)
    assert ImportRun.objects.count() == 1
    answer = chef.post(url("import-correct", run), {**given, fields[0].html_name: "immer noch nichts"})
    trying = ImportRun.objects.get(corrects=run)
    assert (answer.url, trying.state) == (url("import-run", trying.pk), "waiting")
    services.execute_run(run_id=trying.pk)
    assert PartRecord.objects.count() == len(export.good) - 1
    ((_finding, fields),) = chef.get(url("import-correct", trying.pk)).context["form"].rows()
    assert fields[0].value() == "immer noch nichts"
    chef.post(url("import-correct", trying.pk), {**given, fields[0].html_name: "27,65"})
    services.execute_run(run_id=ImportRun.objects.get(corrects=trying).pk)
    assert PartRecord.objects.count() == len(export.good)
    finding.refresh_from_db()
    assert finding.corrected_by.corrects == trying
    assert chef.get(url("import-correct", run)).context["form"].rows() == []


def refusals(export, bring_in, number: int) -> int:
    """A run that has refused ``number`` rows, each with a text of two lines."""
    row, rows = export.good[0], []
    for place in range(number):
        cells = with_price(row, b"auf Anfrage").split(b";")
        cells[0], cells[2] = cells[0] + str(place).encode(), b'"Oben\r\nunten"'
        rows.append(b";".join(cells))
    return bring_in(export.write(rows)).run


def sent(page) -> dict[str, str]:
    """What a browser sends back of a page that nobody has touched: fields of one line lose their breaks."""
    fields = [field for _finding, row in page.context["form"].rows() for field in row]
    return {field.html_name: field.value().replace("\r", "").replace("\n", "") for field in fields}


def test_only_what_was_typed_is_fed_again_whoever_was_quicker(chef, bring_in, export):
    run = refusals(export, bring_in, 12)
    page = chef.get(url("import-correct", run))
    first, second = (row[0].html_name for _finding, row in page.context["form"].rows()[:2])
    given = sent(page)
    chef.post(url("import-correct", run), given)
    assert ImportRun.objects.count() == 1
    chef.post(url("import-correct", run), {**given, first: "19,90"})
    services.execute_run(run_id=ImportRun.objects.latest("pk").pk)
    # The page of somebody else is older: ten rows, of which one has gone and another has moved up.
    chef.post(url("import-correct", run), {**given, second: "29,90"})
    other = ImportRun.objects.latest("pk")
    services.execute_run(run_id=other.pk)
    other.refresh_from_db()
    assert (other.accepted, other.rejected) == (1, 0)
    assert set(PartRecord.objects.values_list("product__title", flat=True)) == {"Oben unten"}
    # A row that somebody has corrected meanwhile is told, and what was typed into the others stays.
    third = page.context["form"].rows()[2][1][0].html_name
    answer = chef.post(url("import-correct", run), {**given, first: "1,00", third: "39,90"})
    told = [str(message) for message in answer.context["messages"]][-1]
    assert told.endswith(f"{first[1:].split('_')[0]}.")
    typed = {field.html_name: field.value() for _finding, row in answer.context["form"].rows() for field in row}
    assert (first in typed, typed[third]) == (False, "39,90")
    assert ImportRun.objects.latest("pk") == other


def test_a_run_is_taken_back_after_a_look(chef, bring_in, export):
    bring_in(export.write(export.good))
    run = bring_in(export.write([with_price(export.good[0], b"99,00"), *export.good[1:]], stamp="22.11.2026 05:30")).run
    page = chef.get(url("import-roll-back", run))
    assert {row["field"] for row in page.context["fields"]} >= {"list_price_cents", "price"}
    assert PartRecord.objects.filter(list_price_cents=9900).count() == 1
    answer = chef.post(url("import-roll-back", run))
    undoing = ImportRun.objects.get(undoes=run)
    assert (undoing.state, answer.url) == ("waiting", url("import-run", undoing.pk))
    assert 'hx-trigger="every 2s"' in chef.get(answer.url).content.decode()
    assert PartRecord.objects.filter(list_price_cents=9900).count() == 1
    services.execute_run(run_id=undoing.pk)
    assert PartRecord.objects.filter(list_price_cents=9900).count() == 0
    assert chef.get(answer.url).status_code == 200
    assert chef.get(url("import-roll-back", run)).status_code == 302


def test_what_goes_back_is_told_in_words():
    names = {*undo.PRODUCT_FIELDS, *undo.PART_FIELDS, "price", "num_in_stock", "waiting_prices"}
    assert not [name for name in names if field_name(name) == name and not _is_bookkeeping(name)]


def test_the_error_report_opens_and_names_the_lines(chef, bring_in, export):
    run = bring_in(export.write([with_price(export.good[0], b"=1+1"), *export.good[1:]])).run
    lines = body(chef.get(url("import-errors", run, "csv"))).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("5;price;")
    assert "'=1+1" in lines[1]
    sheet = load_workbook(io.BytesIO(body(chef.get(url("import-errors", run, "xlsx"))))).active
    assert [cell.value for cell in list(sheet.iter_rows())[1]][:2] == ["5", "price"]
    assert chef.get(url("import-errors", run, "pdf")).status_code == 404


def test_the_bar_is_asked_for_until_the_run_has_ended(chef, profile, export):
    path = export.write(export.good)
    run = services.queue_upload(stream=path.open("rb"), file_name="t.csv", profile=profile, actor=None)
    bar = chef.get(url("import-progress", run.pk))
    assert 'hx-trigger="every 2s"' in bar.content.decode()
    assert "HX-Refresh" not in bar.headers
    services.execute_run(run_id=run.pk)
    assert chef.get(url("import-progress", run.pk)).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"a.csv", "b.csv"}),
        ({"q": "A.CS"}, {"a.csv"}),
        ({"outcome": "noop"}, {"b.csv"}),
        ({"outcome": "applied"}, {"a.csv"}),
        ({"outcome": "failed"}, set()),
        ({"source": "sample_csv"}, {"a.csv", "b.csv"}),
        ({"source": "fremd"}, {"a.csv", "b.csv"}),
        ({"kind": "dry"}, set()),
    ],
)
def test_the_list_is_narrowed(chef, bring_in, export, query, found):
    path = export.write(export.good)
    bring_in(path, file_name="a.csv")
    bring_in(path, file_name="b.csv")
    page = chef.get(url("import-runs"), query)
    assert {run.file_name for run in page.context["runs"]} == found


# -- profiles ----------------------------------------------------------------------------------------------------


def test_more_findings_than_are_kept_are_not_passed_over(chef, bring_in, export, monkeypatch):
    for module in ("dealer_import.reading", "dealer_import.dashboard.runs"):
        monkeypatch.setattr(f"{module}.MAX_FINDINGS", 3)
    few = bring_in(export.write([with_price(row, b"0,00") for row in export.good[:2]]))
    many = bring_in(export.write([with_price(row, b"0,00") for row in export.good[:5]]))
    assert (many.rejected, len(many.findings)) == (5, 3)
    told = [chef.get(url("import-run", report.run)).context["kept_all"] for report in (few, many)]
    assert told == [0, 3]


def test_profiles_are_listed_that_read_files_with_what_they_hold_in_words(chef):
    rows = {row["name"]: row for row in chef.get(url("import-profiles")).context["rows"]}
    assert "sample" not in rows
    assert {"sample_csv", "teccom"} <= set(rows)
    assert not any("problem" in row for row in rows.values())
    assert chef.get(url("import-profile", "teccom")).context["holds"] == MODE_LABELS["numbers"]


def test_a_profile_is_changed_as_text_in_versions_that_can_come_back(chef, bring_in, export):
    page = chef.get(url("import-profile", "sample_csv"))
    text = page.context["form"].initial["text"]
    assert StoredProfile.objects.count() == 0
    broken = chef.post(url("import-profile-toml", "sample_csv"), {"text": f'mode = "sometimes"\n{text}'})
    assert broken.status_code == 422
    assert StoredProfile.objects.count() == 0
    other = f"brake_floor = 3\n{text}"
    chef.post(url("import-profile-toml", "sample_csv"), {"text": other, "note": "strenger"})
    chef.post(url("import-profile-toml", "sample_csv"), {"text": f"max_missing_percent = 5\n{other}"})
    assert ProfileVersion.objects.count() == 2
    again = chef.post(url("import-profile-toml", "sample_csv"), {"text": f"max_missing_percent = 5\n{other}"})
    assert again.status_code == 302
    assert ProfileVersion.objects.count() == 2
    # Two at once: the second hears of the first, and replaces it only by saving once more.
    late = chef.post(url("import-profile-toml", "sample_csv"), {"text": text, "seen": "1"})
    assert (late.status_code, list(late.context["form"].errors), ProfileVersion.objects.count()) == (422, ["text"], 2)
    assert 'name="seen" value="2"' in late.content.decode()
    first = ProfileVersion.objects.get(number=1)
    chef.post(url("import-profile-restore", "sample_csv", first.pk))
    newest = StoredProfile.objects.get().versions.first()
    assert (newest.number, newest.tables) == (3, first.tables)


def test_a_run_remembers_the_version_it_was_read_by(chef, export):
    services.save_profile(
        name="sample_csv", tables={"extends": "sample_csv_shipped"} and dict(load_profile("sample_csv").options),
        actor=None, note="gleich",
    )  # fmt: skip
    file = SimpleUploadedFile("t.csv", export.write(export.good).read_bytes())
    chef.post(url("import-upload"), {"profile": "sample_csv", "file": file})
    run = ImportRun.objects.get()
    assert run.profile_version == ProfileVersion.objects.get().version


# -- parallel runs -----------------------------------------------------------------------------------------------


def test_two_profiles_are_compared_and_switched(chef, export):
    tables = {**dict(load_profile("sample_csv").options), "source": "sample_csv"}
    tables["columns"] = {key: value for key, value in tables["columns"].items() if key != "description"}
    services.save_profile(name="neu", tables=tables, actor=None)
    origin = ImportOrigin(name="Nacht", profile="sample_csv", transport="folder")
    services.save_origin(origin=origin, actor=None)
    data = export.write(export.good).read_bytes()
    same = {"old": "neu", "new": "neu", "file": SimpleUploadedFile("t.csv", data)}
    assert chef.post(url("import-parallel"), same).status_code == 422
    answer = chef.post(
        url("import-parallel"), {"old": "sample_csv", "new": "neu", "file": SimpleUploadedFile("t.csv", data)}
    )
    run = ParallelRun.objects.get()
    assert answer.url == url("import-parallel-run", run.pk)
    shown = chef.get(answer.url).content.decode()
    assert f'hx-get="{url("import-parallel-progress", run.pk)}"' in shown
    assert url("import-parallel-cancel", run.pk) in shown
    assert "HX-Refresh" not in chef.get(url("import-parallel-progress", run.pk)).headers
    services.compare_profiles(parallel_id=run.pk)
    assert chef.get(url("import-parallel-progress", run.pk)).headers["HX-Refresh"] == "true"
    run.refresh_from_db()
    assert run.result["fields"] == {"description": run.result["different"]}
    assert PartRecord.objects.count() == 0
    for to, refused in (("neu", False), ("neu", False), ("sample_csv", False), ("teccom", True)):
        offered = [form.to for form in chef.get(answer.url).context["switches"]]
        assert offered == [{"sample_csv": "neu", "neu": "sample_csv"}[origin.profile]]
        chef.post(url("import-parallel-switch", run.pk), {"origin": str(origin.pk), "profile": to})
        origin.refresh_from_db()
        assert (origin.profile == to) is not refused
    switched = AuditEntry.objects.filter(action="import_profile_switched").order_by("pk")
    assert [entry.summary for entry in switched] == ["sample_csv → neu", "neu → sample_csv"]


def test_profiles_that_keep_other_parts_are_not_switched(chef, export):
    origin = services.save_origin(
        origin=ImportOrigin(name="Nacht", profile="sample_csv", transport="folder"), actor=None
    )
    services.save_profile(name="fremd", tables=dict(load_profile("sample_csv").options), actor=None)
    stream = export.write(export.good).open("rb")
    profiles = queries.known_profiles()
    run = services.queue_comparison(
        stream=stream, file_name="t.csv", old=profiles["sample_csv"], new=profiles["fremd"], actor=None
    )
    services.compare_profiles(parallel_id=run.pk)
    page = chef.get(url("import-parallel-run", run.pk))
    assert ("switches" in page.context, "sample_csv" in page.context["no_switch"]) == (False, True)
    with pytest.raises(BadProfile, match=r"fremd.*fremd.*sample_csv"):
        services.switch_profile(origin_id=origin.pk, profile="fremd", actor=None)
    with pytest.raises(BadProfile, match="weg"):
        services.switch_profile(origin_id=origin.pk, profile="weg", actor=None)
    origin.refresh_from_db()
    assert origin.profile == "sample_csv"


def test_what_differs_is_shown_in_words_and_euros():
    assert [compared("2359", "sale_cents"), compared("", "title"), compared("3", "pack_qty")] == ["23,59 €", "–", "3"]
    assert compared("81f3", "relations_hash") == "…"
    assert [name for name in COMPARED if field_name(name) == name] == []


def test_a_comparison_is_cancelled_by_staff(chef, export):
    upload = SimpleUploadedFile("t.csv", export.write(export.good).read_bytes())
    chef.post(url("import-parallel"), {"old": "sample_csv", "new": "teccom", "file": upload})
    run = ParallelRun.objects.get()
    answer = chef.post(url("import-parallel-cancel", run.pk))
    assert answer.url == url("import-parallel-run", run.pk)
    page = chef.get(answer.url)
    assert (page.status_code, page.context["run"].state, page.context["may_cancel"]) == (200, "cancelled", False)
    assert chef.post(url("import-parallel-switch", run.pk), {}).status_code == 404
    assert chef.post(url("import-parallel-cancel", run.pk)).status_code == 302
    run.refresh_from_db()
    assert run.state == "cancelled"
