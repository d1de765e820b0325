"""Chromium against the real server. Every console message of the kind error fails the test: CSP included."""

from __future__ import annotations

import os

import pytest

from tests.browser.site import CHROMIUM, CHROMIUM_FLAGS, running_site

# Playwright keeps an event loop in this thread; the fixtures around it use the database in plain calls.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    assert CHROMIUM, "browser tests need Chromium: apt-get install chromium"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "locale": "nl-NL",
        "timezone_id": "Europe/Amsterdam",
        "viewport": {"width": 1360, "height": 900},
    }


@pytest.fixture(scope="session")
def _running(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), running_site() as (address, database):
        yield address, database


@pytest.fixture(scope="session")
def site(_running):
    """The address of a running site of this test process."""
    return _running[0]


@pytest.fixture(scope="session")
def site_database(_running):
    """The name of the database behind that site."""
    return _running[1]


def listen(page, errors: list[str]) -> None:
    """Collect what goes wrong on a page and would otherwise go unseen."""
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("requestfailed", lambda request: left_behind(request) or errors.append(f"failed: {request.url}"))


def left_behind(request) -> bool:
    """Tell whether a page was left before the browser had fetched its own small picture.

    Only that picture: the browser asks for it after all else, when a fast test is already on its way.
    """
    return request.failure == "net::ERR_ABORTED" and request.url.endswith("/favicon.svg")


@pytest.fixture
def quiet_page(page):
    """A page of which no console error and no failed request goes unseen."""
    errors: list[str] = []
    listen(page, errors)
    yield page
    page.goto("about:blank")
    assert errors == []


@pytest.fixture(scope="session")
def sign_in_states(site, browser, browser_context_args):
    """Sign in once per person, through the demo page, and keep the cookies."""
    states: dict[str, dict] = {}

    def state(name: str) -> dict:
        if name not in states:
            context = browser.new_context(**browser_context_args)
            page = context.new_page()
            page.goto(f"{site}/demo/", timeout=90_000)  # the first page of a site that has just begun
            page.locator("main .vn-card", has_text=name).get_by_role("link").click()
            page.locator("main").get_by_role("button").last.click()
            page.wait_for_url(f"{site}/")
            states[name] = context.storage_state()
            context.close()
        return states[name]

    return state


@pytest.fixture
def as_role(browser, browser_context_args, sign_in_states):
    """A page of the person with that name, signed in."""
    opened, errors = [], []

    def as_role(name: str):
        context = browser.new_context(**browser_context_args, storage_state=sign_in_states(name))
        opened.append(context)
        page = context.new_page()
        listen(page, errors)
        return page

    yield as_role
    for context in opened:
        context.close()
    assert errors == []
