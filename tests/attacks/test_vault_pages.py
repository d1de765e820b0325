"""The pages of the vault and of the readings, attacked from the URL table: a new page is attacked as well."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from tests import databases
from tests.attacks.routes import RECIPES, Route, routes, strangers
from tests.attacks.site import BACKEND, Site, on_a_clone, shape, text_of
from vangnet.agreements.factories import make_agreement
from vangnet.audit import log
from vangnet.identity import session
from vangnet.identity.operator import service_session
from vangnet.identity.rules import NotPermitted
from vangnet.vault.answers import sheltered

SPACES = {"vault", "readings"}
GUARDED = [route for route in routes() if route.name.partition(":")[0] in SPACES]
METHODS = ("GET", "HEAD", "POST")
NAMED_IN_ADDRESS = [route for route in GUARDED if "purpose" in route.parts and len(route.parts) > 1]
every_guarded = pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)
every_named = pytest.mark.parametrize("route", NAMED_IN_ADDRESS, ids=lambda route: route.name)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), on_a_clone("vaultpages") as site:
        yield site


@pytest.fixture(scope="module")
def owner(site):
    """A connection that sees every table and row."""
    from django.db import connection

    with databases.as_owner(connection.settings_dict["NAME"]) as owner:
        yield owner


@pytest.fixture(scope="module")
def swapped(site):
    """Other purposes of esra: one in the same zone, and one of care."""
    esra, karel = site.cast["esra"], site.cast["karel"]
    make = partial(make_agreement, people=[(esra, "riec", 3)], reviewers=[(esra, "riec", 3)])
    return {
        "riec": make("attack-riec", coordinator=karel),
        "zvh": make("attack-care", zone="zvh", coordinator=karel),
    }


def kwargs_of(site: Site, route: Route) -> dict:
    recipe = RECIPES.get(route.name)
    return next(site.records(recipe)) if recipe else {}


def owner_of(site: Site, route: Route):
    recipe = RECIPES.get(route.name)
    return site.cast[recipe.owners[0] if recipe else "esra"]


def test_the_walk_covers_vault_and_readings():
    assert len(GUARDED) > 28
    assert len(NAMED_IN_ADDRESS) > 20


# --- without a second factor ---


def weak_browser(person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend=BACKEND)
    return client


@pytest.mark.attack("A-07")
@every_guarded
def test_a07_without_a_second_factor_every_page_and_every_form_is_refused(site: Site, route):
    """For who may see it with one; only methods that the page does not know at all answer otherwise."""
    kwargs, person = kwargs_of(site, route), owner_of(site, route)
    if route.name.startswith("readings:"):
        person = site.cast["nora"]  # a privacy officer: all four pages are hers
    weak = weak_browser(person)
    told = {"reason": "overleg", "hours": 2, "doel": "interne_controle"}
    answers = [getattr(weak, method.lower())(route.address(kwargs), told) for method in METHODS]

    assert {answer.status_code for answer in answers} <= {302, 403, 405}
    assert any(answer.status_code in {302, 403} for answer in answers)
    for answer in answers:
        if answer.status_code == 302:
            assert answer["Location"].startswith("/account/bevestigen/")
        assert "RIEC-20" not in text_of(answer)


@pytest.mark.attack("A-07")
def test_a07_the_walk_without_a_second_factor_is_refused_for_that_alone(site: Site):
    weak = weak_browser(site.cast["esra"])
    refused = weak.get("/dossiers/").status_code
    session.prove(weak.session.session_key)

    assert (refused, weak.get("/dossiers/").status_code) == (403, 200)


# --- another purpose, another zone ---


@pytest.mark.attack("A-03", "A-05")
@pytest.mark.requirement("WGS-10", "I10")
@pytest.mark.parametrize("zone", ["riec", "zvh"])
@every_named
def test_a03_a05_under_another_purpose_or_zone_a_record_does_not_exist(site: Site, swapped, route, zone):
    """Esra may work for both purposes; the identifier is right, the purpose in the address is not."""
    esra = site.cast["esra"]
    if owner_of(site, route) != esra:
        esra = owner_of(site, route)
    for method in METHODS:
        kwargs = kwargs_of(site, route) | {"purpose": swapped[zone].pk}
        stranger = [s for s in strangers(kwargs) if s["purpose"] == kwargs["purpose"]][-1]
        wrong = shape(site.ask(esra, method, route.address(kwargs)), kwargs)
        absent = shape(site.ask(esra, method, route.address(stranger)), stranger)

        assert wrong["status"] in {404, 405}, method
        assert wrong == absent, method


# --- what was denied is on record ---


def refusals(owner, person) -> list[tuple]:
    found = owner.execute(
        "SELECT subject, outcome, purpose FROM audit_event WHERE verb = 'vault.page.refused' AND actor = %s"
        " ORDER BY id",
        [person.pk],
    )
    return list(found.fetchall())


@pytest.mark.attack("A-01", "A-05")
@every_named
def test_a01_asking_for_what_one_may_not_see_is_on_record(site: Site, owner, route):
    anna, kwargs = site.cast["anna"], kwargs_of(site, route)
    before = len(refusals(owner, anna))
    answers = [site.ask(anna, method, route.address(kwargs)) for method in ("GET", "POST")]
    denied = [answer for answer in answers if answer.status_code == 404]
    lines = refusals(owner, anna)[before:]

    assert denied
    asked = str(kwargs.get("record") or kwargs.get("dossier") or kwargs["purpose"])
    assert lines == [(asked, "geweigerd", kwargs["purpose"])] * len(denied)


@pytest.mark.attack("A-01")
@pytest.mark.parametrize(("method", "kept"), [("post", 0), ("get", 1)])
def test_a01_a_form_that_is_refused_halfway_leaves_only_the_line(site: Site, owner, method, kept):
    """A page that is only read changes nothing, so it goes without the savepoint that a form has."""
    anna = site.cast["anna"]

    @sheltered
    def halfway(request):
        log.record(f"test.halfway.{method}", "x", by=anna, at=timezone.now())
        raise NotPermitted("toch niet")

    request = getattr(RequestFactory(), method)("/dossiers/")
    request.user, before = anna, len(refusals(owner, anna))
    with service_session(anna), transaction.atomic():
        assert halfway(request).status_code == 404

    written = owner.execute("SELECT count(*) FROM audit_event WHERE verb = %s", [f"test.halfway.{method}"])
    assert written.fetchone() == (kept,)
    assert len(refusals(owner, anna)) == before + 1
