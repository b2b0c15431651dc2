"""A staff member turns a file of the dealer's system into a profile, and the profile into a catalogue."""

from __future__ import annotations

import re

import pytest

from dealer_import import services
from dealer_import.models import ImportRun, ProfileDraft, StoredProfile
from shopflow.parts.models import PartRecord
from shopflow.project.demo.catalogue import FILE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.once]

ROWS = FILE.read_bytes().split(b"\r\n")
SAMPLE = b"\r\n".join([*ROWS[:3], ROWS[3].replace(b"Teile-Nr", b"Nr. des Teils"), *ROWS[4:40], b""])


@pytest.fixture
def signed_in(page, django_user_model):
    """The page of a staff member who may do everything."""
    django_user_model.objects.create_superuser("chef@example.org", "geheim-geheim")
    page.goto("/dashboard/login/?next=/dashboard/shopflow/imports/")
    page.fill("input[type=email], input[name=username]", "chef@example.org")
    page.fill("input[type=password]", "geheim-geheim")
    page.click("main button[type=submit], form button[type=submit]")
    page.wait_for_url("**/dashboard/shopflow/imports/")
    return page


def do_waiting_runs() -> None:
    for run in ImportRun.objects.filter(state="waiting"):
        services.execute_run(run_id=run.pk)


def test_from_a_sample_to_a_filled_catalogue(signed_in, looks_right, tmp_path):
    page, path = signed_in, tmp_path / "teile.csv"
    path.write_bytes(SAMPLE)

    page.goto("/dashboard/shopflow/imports/profile/neu/")
    looks_right(page)
    page.set_input_files("#id_file", path)
    page.fill("#id_name", "hausliste")
    page.click("text=Datei ansehen")
    page.wait_for_url("**/entwurf/*/")
    assert "cp1252" in page.inner_text("main")
    looks_right(page)

    # The shop could not guess the renamed column: the preview says so, and follows the choice without a click.
    number = page.locator("#id_col_number_0")
    assert number.input_value() == ""
    number.select_option("Nr. des Teils")
    page.wait_for_selector("#preview th[scope=row]")
    assert page.locator("#preview tbody tr").count() == 20
    assert "1N0 000 013 AC" in page.inner_text("#preview")
    assert page.locator("#preview .field__error").count() == 1
    looks_right(page)

    page.click("text=Weiter zum Probelauf")
    page.wait_for_url("**/probelauf/")
    assert page.locator("progress").is_visible()
    do_waiting_runs()
    page.wait_for_selector("#id_note")
    assert PartRecord.objects.count() == 0
    run = ProfileDraft.objects.get().run
    assert run.accepted > 30
    assert page.locator(".figure__value").first.inner_text() == str(run.accepted)
    looks_right(page)

    page.fill("#id_note", "erste Fassung")
    page.click("button:has-text('Profil speichern')")
    page.wait_for_url("**/profile/hausliste/")
    assert [v.note for v in StoredProfile.objects.get().versions.all()] == ["erste Fassung"]
    assert ProfileDraft.objects.count() == 0
    looks_right(page)

    page.goto("/dashboard/shopflow/imports/")
    page.select_option("#id_profile", "hausliste")
    page.set_input_files("#id_file", path)
    page.click("text=Datei prüfen")
    do_waiting_runs()
    page.wait_for_selector("button:has-text('In den Shop übernehmen')")
    page.click("button:has-text('In den Shop übernehmen')")
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    do_waiting_runs()
    assert PartRecord.objects.count() == run.accepted


def test_the_wizard_works_without_javascript(browser, shop_url, client, django_user_model, tmp_path, settings):
    user = django_user_model.objects.create_superuser("chef@example.org", "geheim-geheim")
    client.force_login(user)
    context = browser.new_context(base_url=shop_url, locale="de-DE", java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": shop_url}])
    page, path = context.new_page(), tmp_path / "teile.csv"
    path.write_bytes(SAMPLE)
    page.goto("/dashboard/shopflow/imports/profile/neu/")
    page.set_input_files("#id_file", path)
    page.fill("#id_name", "hausliste")
    page.click("text=Datei ansehen")
    page.select_option("#id_col_number_0", "Nr. des Teils")
    assert not page.locator("#id_const_brand").is_visible()
    brand = page.locator("#id_col_brand_0").input_value()
    page.select_option("#id_col_brand_0", "=")
    assert page.locator("#id_const_brand").is_visible()
    page.select_option("#id_col_brand_0", brand)
    page.click("text=Vorschau erneuern")
    page.wait_for_selector("#preview th[scope=row]")
    assert page.locator("#preview tbody tr").count() == 20
    page.click("text=Weiter zum Probelauf")
    do_waiting_runs()
    page.click("a:has-text('Aktualisieren')")
    page.click("button:has-text('Profil speichern')")
    assert StoredProfile.objects.get().name == "hausliste"
    context.close()
