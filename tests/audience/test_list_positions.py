"""Lists that go on where the last page ended take any text for that place."""

from __future__ import annotations

import pytest

from tests.audience.people import staff

ROOT = "/dashboard/shopflow/"
PAGES = (
    "contacts/?before",
    "share-links/?before",
    "messages/?before",
    "mailbox/?page",
    "automations/rundmails/?before",
    "leads/?after",
)


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_nothing_that_is_typed_there_breaks_the_page(client, seller, page):
    client.force_login(staff())
    for typed in ("%C2%B2", "9" * 30, "-1", "1.%C2%B2", "1." + "9" * 30):
        assert client.get(f"{ROOT}{page}={typed}").status_code in (200, 404), typed
    assert client.get(f"{ROOT}{page}=%00").status_code == 400
