"""A-33: another site can neither send our forms nor frame or read our pages, and no cache keeps them."""

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

            if route.name.startswith("api:"):  # it knows nobody by a cookie, so there is no form to forge
                assert answer.status_code in {401, 404, 405}, address
            else:
                assert answer.status_code == 403, address


@pytest.mark.parametrize("route", [*routes()], ids=lambda route: route.name)
def test_a33_no_page_fits_in_a_frame_or_is_opened_to_another_origin(site, route):
    for person, origin in ((None, "https://elders.invalid"), (site.cast["jan"], "null")):
        for address in site.addresses(route, RECIPES.get(route.name)):
            answer = site.browser(person).get(address, HTTP_ORIGIN=origin)

            assert answer["X-Frame-Options"] == "DENY", address
            assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], address
            # The description of the API is for pages of anybody; there is nothing in it that is not public.
            assert ("Access-Control-Allow-Origin" in answer) == (route.name == "api:openapi"), address


@pytest.mark.parametrize("route", [*routes()], ids=lambda route: route.name)
def test_a33_no_cache_and_no_back_button_keeps_what_somebody_saw_while_signed_in(site, route):
    recipe = RECIPES.get(route.name)
    person = site.cast[recipe.owners[0] if recipe else "jan"]
    for address in site.addresses(route, recipe):
        answer = site.browser(person, anew=True).get(address)

        assert "no-store" in answer.get("Cache-Control", ""), address


@pytest.mark.parametrize("address", ["/bestaat-niet/", "/convenanten/bestaat-niet/", "/convenanten/nieuw/"])
def test_a33_no_cache_keeps_a_refusal_that_names_who_is_signed_in(site, address):
    answer = site.browser(site.cast["frank"], anew=True).get(address)

    assert answer.status_code in {403, 404}
    assert "no-store" in answer.get("Cache-Control", "")
