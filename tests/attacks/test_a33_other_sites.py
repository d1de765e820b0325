"""A-33: another site can neither send our forms nor show our pages in a frame."""

from __future__ import annotations

import pytest

from tests.attacks.routes import RECIPES, routes
from tests.attacks.site import on_a_clone

pytestmark = pytest.mark.attack("A-33")


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), on_a_clone("a33") as site:
        yield site


@pytest.mark.parametrize("route", [*routes()], ids=lambda route: route.name)
def test_a33_a_form_without_the_token_of_our_own_page_is_refused(site, route):
    for person in (None, site.cast["jan"]):
        browser = site.browser(person)
        browser.handler.enforce_csrf_checks = True
        for address in site.addresses(route, RECIPES.get(route.name)):
            answer = browser.post(address, HTTP_ORIGIN="https://elders.invalid")

            assert answer.status_code == 403, address


@pytest.mark.parametrize("route", [*routes()], ids=lambda route: route.name)
def test_a33_no_page_fits_in_a_frame_or_is_opened_to_another_origin(site, route):
    for person in (None, site.cast["jan"]):
        for address in site.addresses(route, RECIPES.get(route.name)):
            answer = site.browser(person).get(address, HTTP_ORIGIN="https://elders.invalid")

            assert answer["X-Frame-Options"] == "DENY", address
            assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], address
            assert "Access-Control-Allow-Origin" not in answer, address
