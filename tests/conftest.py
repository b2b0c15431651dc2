"""Fixtures that every test may use.

Databases. By default the schema is the one that the migrations make, copied from a template that is made once
(``tests/services/schema.py``); its tables are empty. ``--nomigrations`` is quicker while writing one room: tables
come from the models, so triggers and search tables are missing, and tests marked ``triggers`` are skipped. In both
cases Wagtail's root page and site are missing too: ask for ``wagtail_site``.

Marks. ``postgres``: needs PostgreSQL, and Redis where it uses a broker (``make test-postgres`` starts both).
``sqlite``: only makes sense on SQLite. ``triggers``: needs the migrations' schema. ``journey``: drives a browser.
``long``: takes more than ten seconds; these and the journeys are started first.
``redis``: asks whichever cache or broker there is. ``once``: asks a database, and shows what no database changes, in
a browser, in the words of a page or a paper, by looking at every page there is, or along a flow whose engine and
questions are shown on both elsewhere. Such a test, and one that asks for neither a database nor such a service, runs
with SQLite only.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

from shopflow.core import memo
from tests.services import guards
from tests.services.order import long_ones_first

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.services.mail_sink import MailSink

# Playwright's synchronous API keeps an event loop on the main thread; Django must still talk to the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

guards.install()

# How long an example takes says how busy the machine is; hypothesis would fail a test that takes 200 ms of wall time.
settings.register_profile("shop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shop")

# A worker holds millions of objects that stay until it ends; looking through them again and again for circles that can
# be freed takes a tenth of its time.
gc.set_threshold(20_000, 10, 10)

DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "live_server"})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.db import connection

    reasons = {}
    if connection.vendor != "postgresql":
        reasons["postgres"] = "needs PostgreSQL: make test-postgres"
    if connection.vendor != "sqlite":
        reasons["sqlite"] = "only on SQLite"
    if config.getvalue("nomigrations"):
        reasons["triggers"] = "needs the schema that the migrations make"
    if connection.vendor == "postgresql" and config.getvalue("markexpr"):
        here = [item for item in items if _asks_a_service(item)]
        config.hook.pytest_deselected(items=[item for item in items if not _asks_a_service(item)])
        items[:] = here
    for item in items:
        for mark, reason in reasons.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        long_ones_first(items, workers)


def _asks_a_service(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return False
    marked = any(item.get_closest_marker(mark) for mark in ("django_db", "postgres", "redis"))
    return marked or bool(DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())))


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_use_migrations: bool) -> bool:
    """A copied database is kept by Django's set-up; the copy goes away with its folder or cluster."""
    return django_db_use_migrations


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_use_migrations: bool, django_db_blocker: Any
) -> None:
    from django.db import connection

    if django_db_use_migrations:
        from tests.services import schema

        with django_db_blocker.unblock():
            schema.provide(connection.creation._get_test_db_name())


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Oscar caches category paths by primary key and never forgets them; a request of the last test may hold facts."""
    cache.clear()
    memo.forget_kept()


@pytest.fixture
def wagtail_site(db: None) -> Any:
    """Wagtail's locale, root page, root collection and default site; returns the site."""
    from tests.services.basics import make_site

    return make_site()


@pytest.fixture
def seller(db: None) -> Any:
    """The shop's legal identity, complete."""
    from tests.services.basics import make_seller

    return make_seller()


@pytest.fixture
def mail_sink() -> Iterator[MailSink]:
    """An SMTP server on loopback that keeps what it gets."""
    from tests.services.mail_sink import mail_sink as start

    with start() as sink:
        yield sink


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    from tests.services.browser import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def shop_url(live_server: Any, settings: Any, wagtail_site: Any) -> str:
    """The address of a running shop; links in mails lead there too."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return str(live_server.url)


@pytest.fixture
def page(browser: Browser, shop_url: str) -> Iterator[Page]:
    """A fresh German visitor with a desktop window; use ``page.set_viewport_size`` for a phone."""
    context = browser.new_context(base_url=shop_url, locale="de-DE", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    shown = context.new_page()
    yield shown
    context.close()


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """``assert_accessible(page)`` fails with axe's findings."""
    from tests.services.browser import assert_accessible as check

    return check
