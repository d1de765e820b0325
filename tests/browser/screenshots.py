"""Pictures of every page at 1360 and 390 px in screenshots/, to be looked at by people."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from vangnet.config import pytest_plugin  # noqa: E402

os.environ["DJANGO_SETTINGS_MODULE"] = "vangnet.config.settings"
import django  # noqa: E402

django.setup()
from django.conf import settings  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser.pages import PUBLIC, addresses  # noqa: E402
from tests.browser.site import CHROMIUM, CHROMIUM_FLAGS, running_site  # noqa: E402

FOLDER = ROOT / "screenshots"


def main(wanted: list[str]) -> None:
    """Visit every page as adviser, or only those whose address contains one of the words given."""
    FOLDER.mkdir(exist_ok=True)
    with running_site("pictures") as (site, _), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for width in (1360, 390):
            page = browser.new_page(viewport={"width": width, "height": 900}, locale="nl-NL")
            take(page, site, width, [a for a in PUBLIC if not wanted or any(w in a for w in wanted)])
            page.goto(f"{site}/demo/")
            page.locator("main .vn-card", has_text="Anna de Wit").get_by_role("link").click()
            page.locator("main").get_by_role("button").last.click()
            take(page, site, width, [a for a in addresses() if not wanted or any(w in a for w in wanted)])
        browser.close()


def take(page: Page, site: str, width: int, paths: list[str]) -> None:
    """Photograph pages from top to bottom."""
    for path in paths:
        page.goto(site + path)
        name = (
            path.strip("/").replace("/", "_").replace("?", "_").replace("=", "-").replace("&", "_") or "start"
        )
        page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)


if __name__ == "__main__":
    main(sys.argv[1:])
    from vangnet.config.database import embedded_cluster, is_embedded

    if is_embedded() and pytest_plugin.server_use and pytest_plugin.server_use.is_last():
        embedded_cluster(settings.DATA, durable=False).stop()
