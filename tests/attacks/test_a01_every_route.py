"""A-01: everybody asks every address in every way; what one may not see answers as what does not exist."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.attacks.routes import KINDS, PUBLIC, RECIPES, Recipe, Route, routes, strangers
from tests.attacks.site import Site, on_a_clone, shape
from vangnet.agreements.steps import STEPS

pytestmark = pytest.mark.attack("A-01")

ROUTES = list(routes())
WITH_PARTS = [route for route in ROUTES if route.parts]
PLAIN = [route for route in ROUTES if not route.parts]
OTHER_METHODS = ("PUT", "DELETE", "OPTIONS")
NOT_TAKEN = {404, 405}
every_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
every_record = pytest.mark.parametrize("route", WITH_PARTS, ids=lambda route: route.name)
# A way is a route with one of the kinds that it serves; most serve one.
WAYS = [(route, kind) for route in ROUTES for kind in KINDS.get(route.name, [""])]
every_way = pytest.mark.parametrize(("route", "kind"), WAYS, ids=lambda part: getattr(part, "name", part))
every_way_to_a_record = pytest.mark.parametrize(
    ("route", "kind"), [way for way in WAYS if way[0].parts], ids=lambda part: getattr(part, "name", part)
)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), on_a_clone("a01") as site:
        yield site


@pytest.fixture(autouse=True)
def forgotten_attempts(request, site: Site):
    """Forget the attempts to sign in before a page of the library: the walk is faster than any person."""
    route = request.node.callspec.params["route"] if hasattr(request.node, "callspec") else None
    if route and not route.is_ours:
        cache.clear()


def recipe_of(route: Route, kind: str = "") -> Recipe | None:
    if kind:
        return KINDS[route.name][kind]
    if not route.parts:
        return None
    if route.name not in RECIPES:
        pytest.fail(
            f"{route.name} has {', '.join(route.parts)} in its address and no recipe:"
            " add a line to RECIPES in tests/attacks/routes.py"
        )
    return RECIPES[route.name]


def asks_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/account/login/")


# --- the list itself ---


def test_a01_the_url_table_is_read_whole():
    assert len(ROUTES) > 40
    assert {"portal:home", "figures:import", "account_login"} <= {route.name for route in ROUTES}


@every_record
def test_a01_every_route_with_a_record_has_a_recipe(route):
    recipe_of(route)


def test_a01_every_step_on_an_agreement_is_walked():
    assert set(KINDS["agreements:step"]) == set(STEPS)
    assert len(STEPS) > 15


def test_a01_a_route_without_a_recipe_fails_and_says_where_to_add_one():
    new = Route("nieuw:pagina", ("purpose", "pk"), recipe_of)

    with pytest.raises(pytest.fail.Exception, match=r"purpose, pk .* RECIPES in tests/attacks/routes.py"):
        recipe_of(new)


def test_a01_the_lists_name_no_page_that_is_gone():
    names = {route.name for route in ROUTES}

    assert set(RECIPES) <= {route.name for route in WITH_PARTS}
    assert names >= PUBLIC


# --- everybody, everywhere ---


@every_way
def test_a01_reading_a_page_never_fails_and_asks_nobody_in(site: Site, route, kind):
    recipe = recipe_of(route, kind)
    for address in site.addresses(route, recipe):
        for person in site.everyone():
            answer = site.ask(person, "GET", address)

            assert answer.status_code < 500, f"{person} at {address}"
            if person is None:
                assert asks_to_sign_in(answer) == (route.name not in PUBLIC), address
            elif recipe and recipe.may_see(person):
                assert answer.status_code != 404, f"{person} may see {address}"


@every_way
def test_a01_sending_a_form_never_fails_and_asks_nobody_in(site: Site, route, kind):
    recipe = recipe_of(route, kind)
    for person in site.everyone():
        for address in site.addresses(route, recipe):  # made anew: a form may use up its record
            answer = site.ask(person, "POST", address)

            assert answer.status_code < 500, f"{person} at {address}"
            if person is None and route.name not in PUBLIC:
                assert asks_to_sign_in(answer), address


@every_route
def test_a01_other_methods_change_nothing_and_never_fail(site: Site, route):
    """A view of ours says first which methods it takes: who may see it asks, and one who may not."""
    recipe = recipe_of(route)
    people = site.everyone()
    if route.is_strict:
        people = [None, site.cast[recipe.owners[0] if recipe else "anna"], *site.outsiders(recipe)[1:2]]
    for address in site.addresses(route, recipe):
        for person in people:
            for method in OTHER_METHODS:
                answer = site.ask(person, method, address)

                assert answer.status_code < 500, f"{method} by {person} at {address}"
                if route.is_strict and (person or route.name in PUBLIC):
                    assert answer.status_code in NOT_TAKEN, f"{method} by {person} at {address}"
                elif person is None and route.name not in PUBLIC:
                    empty = answer.status_code in {200, *NOT_TAKEN} and method != "PUT"
                    assert asks_to_sign_in(answer) or empty, f"{method} {address}"


@every_route
def test_a01_asking_for_the_head_gives_what_reading_gives_without_its_text(site: Site, route):
    """One person: a head costs as much as its page, and for who may not see it, it is compared below."""
    recipe = recipe_of(route)
    carla = site.cast[recipe.owners[0] if recipe else "carla"]
    for address in site.addresses(route, recipe):
        whole, head = (site.ask(carla, method, address) for method in ("GET", "HEAD"))

        assert (head.status_code, head.content) == (whole.status_code, b"")


# --- what one may not see does not exist ---


@every_way_to_a_record
def test_a01_a_record_that_does_not_exist_is_not_found(site: Site, route, kind):
    recipe = recipe_of(route, kind)
    owner = site.cast[recipe.owners[0]]
    for method in ("GET", "POST"):
        kwargs = recipe.make(owner)
        if site.ask(owner, method, route.address(kwargs)).status_code == 405:
            continue
        for stranger in strangers(kwargs):
            assert site.ask(owner, method, route.address(stranger)).status_code == 404, (method, stranger)


@every_way_to_a_record
def test_a01_a_hidden_record_answers_as_one_that_does_not_exist(site: Site, route, kind):
    """Everybody reads and sends; nobody, and one who is signed in, ask in the ways that no page knows."""
    recipe = recipe_of(route, kind)
    outsiders = site.outsiders(recipe)
    for person in outsiders:
        if person is None and route.name in PUBLIC:
            continue
        for kwargs in site.records(recipe):
            for method in ("GET", "POST", *(("HEAD", "PUT", "DELETE") if person in outsiders[:2] else ())):
                compare(site, person, method, route, kwargs)


def compare(site: Site, person, method: str, route: Route, kwargs) -> None:
    hidden = shape(site.ask(person, method, route.address(kwargs)), kwargs)
    for stranger in strangers(kwargs):
        absent = shape(site.ask(person, method, route.address(stranger)), stranger)

        assert hidden == absent, f"{method} by {person} tells that {route.address(kwargs)} exists"
    allowed = {302} if person is None else NOT_TAKEN
    assert hidden["status"] in allowed, f"{method} by {person} at {route.address(kwargs)}"


def test_a01_the_comparison_notices_a_page_that_tells(site: Site):
    (route,) = (route for route in ROUTES if route.name == "strategy:goal")

    with pytest.raises(AssertionError, match=r"tells that .* exists"):
        compare(site, site.cast["anna"], "GET", route, RECIPES["strategy:goal"].make(site.cast["anna"]))
