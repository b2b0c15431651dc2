"""Debian's Chromium through Playwright, and axe to judge what it shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.services.processes import NotInstalled

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; raises NotInstalled with a sentence when there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise NotInstalled("Chromium is missing. Install it (on Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def assert_accessible(page: Page, *, name: str = "") -> None:
    """Wait until the page has loaded, and fail with the list of axe's findings on it, unless there are none."""
    page.wait_for_load_state()  # a click returns when the answer's first bytes are there
    # Without "preload": axe would fetch style sheets for a rule that is off, and imported ones from a wrong address.
    options = {"resultTypes": ["violations"], "preload": False}
    violations: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    lines = [
        f"{v['impact']} {v['id']}: {v['help']} at {', '.join(str(n['target'][0]) for n in v['nodes'][:5])}"
        for v in violations
    ]
    assert not violations, f"{name or page.url} at {page.viewport_size}:\n" + "\n".join(lines)
