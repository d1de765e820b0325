"""Every page in Chromium: nothing for axe to find, nothing wider than the screen, no console error."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.pages import PUBLIC, WIDTHS, addresses

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def look_at(page, site: str, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    answer = page.goto(site + address)
    assert answer is not None
    assert answer.status == 200, f"{address}: {answer.status}"
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{address} at {width} px\n{found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{address} is {wide} px wide on a screen of {width} px"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_accessible(quiet_page, site, address, width):
    look_at(quiet_page, site, address, width)


@pytest.mark.parametrize("name", ["Anna de Wit", "Jan Vos"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_a_role_is_accessible(as_role, site, name, width):
    page = as_role(name)
    for address in addresses():
        look_at(page, site, address, width)


def test_the_detector_is_alive(quiet_page, site):
    quiet_page.goto(f"{site}/account/login/")
    quiet_page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")

    assert Axe().run(quiet_page, options=RULES).violations_count > 0
