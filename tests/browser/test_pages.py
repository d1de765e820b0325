"""Every page in Chromium: nothing for axe to find, nothing wider than the screen, no console error."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults

from tests.browser.pages import PUBLIC, WIDTHS, addresses

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what is well is not written out part by part
}


def examine(page, context=None) -> AxeResults:
    """Let axe examine the page that is shown; its half a megabyte is sent to each page once."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    asked = [context, RULES]
    return AxeResults(page.evaluate("([context, rules]) => axe.run(context || document, rules)", asked))


def look_at(page, address: str) -> None:
    """Ask a page once and look at it on a wide and on a narrow screen."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, f"{address}: {answer.status}"
    look_closely(page)


def look_closely(page, widths=WIDTHS) -> None:
    """Look at the page that is shown on a wide and on a narrow screen."""
    address = page.url
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        # A drawing is the same on both widths and its parts are presentational: looked into once.
        context = None if width == widths[0] else {"exclude": [["svg > *"]]}
        found = examine(page, context)
        assert found.violations_count == 0, f"{address} at {width} px\n{found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} is {wide} px wide on a screen of {width} px"


@pytest.mark.requirement("TOE-01")
@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_accessible(quiet_page, site, address):
    look_at(quiet_page, site + address)


@pytest.mark.requirement("TOE-01")
@pytest.mark.parametrize("address", addresses())
def test_a_page_of_an_adviser_is_accessible(as_role, site, address):
    look_at(as_role("Anna de Wit"), site + address)


@pytest.mark.requirement("TOE-01")
@pytest.mark.parametrize("address", ["/", "/cijfers/inlezen/", "/cijfers/ophalen/"])
def test_a_page_of_an_administrator_is_accessible(as_role, site, address):
    look_at(as_role("Jan Vos"), site + address)


def test_the_detector_is_alive(quiet_page, site):
    quiet_page.goto(f"{site}/account/login/")
    quiet_page.evaluate("document.documentElement.removeAttribute('lang')")

    assert examine(quiet_page).violations_count > 0
