"""A-18: walk the whole site and look for personal data in all that it says, logs and stores."""

from __future__ import annotations

import pytest

from tests import databases, personal_data
from tests.attacks.routes import RECIPES, routes
from tests.attacks.site import on_a_clone
from tests.personal_data import Watch, every_body, person_columns, scan_database

ROUTES = list(routes())


@pytest.fixture
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), on_a_clone("a18") as site:
        yield site


@pytest.fixture
def owner(site):
    """A connection that sees every table and row."""
    from django.db import connection

    with databases.as_owner(connection.settings_dict["NAME"]) as owner:
        yield owner


def different_eyes(site):
    """Return nobody, a reader, a privacy officer and who manages; others get pages like theirs."""
    return [None, *(site.cast[name] for name in ("anna", "ineke", "jan"))]


def addresses(site):
    """Return an address of every route, each with a record of its own."""
    with_recipe = [route for route in ROUTES if not route.parts or route.name in RECIPES]
    return [found for route in with_recipe for found in site.addresses(route, RECIPES.get(route.name))]


@pytest.mark.attack("A-18")
@pytest.mark.requirement("AVG-BSN")
def test_a18_reading_the_whole_site_shows_logs_and_stores_no_data_subject(site, owner):
    asked = addresses(site)
    with Watch(bodies=every_body) as watch:
        for person in different_eyes(site):
            browser = watch.browser(person)
            for address in asked:
                browser.get(address)

    assert watch.findings(owner) == []
    assert len(watch.log.lines) > len(asked)
    assert watch.seen == 4 * len(asked)


@pytest.mark.attack("A-18")
def test_a18_a_person_who_is_sent_to_every_address_leaves_no_trace(site, owner):
    """Forms that know no such field, refusals and error pages keep nothing of what was sent."""
    with personal_data.planted() as person, Watch() as watch:
        sent = {"name": person.name, "note": person.street, "bsn": person.bsn, "q": person.family}
        for who in (None, site.cast["jan"]):
            for address in addresses(site):
                watch.browser(who).post(address, sent)

        # A form that is shown again (422) repeats what was typed, to who typed it.
        assert [found for found in watch.findings(owner) if not found.where.startswith("422 ")] == []
    assert watch.seen > len(ROUTES)


@pytest.mark.attack("A-18")
@pytest.mark.parametrize(("status", "headers"), [(400, {"HTTP_HOST": "elders.invalid"}), (403, {})])
def test_a18_a_refused_form_is_not_repeated(site, status, headers):
    with personal_data.planted() as person, Watch() as watch:
        browser = watch.browser(site.cast["jan"])
        browser.handler.enforce_csrf_checks = True
        answer = browser.post("/cijfers/inlezen/", {"name": person.name, "bsn": person.bsn}, **headers)

        assert answer.status_code == status
        assert watch.findings() == []


@pytest.mark.requirement("I9")
def test_i9_no_column_outside_the_vault_is_named_after_a_person_and_none_holds_one(owner):
    assert person_columns(owner) == []
    assert scan_database(owner) == []


def test_i9_a_column_for_a_person_is_noticed(owner):
    owner.execute("CREATE TABLE strategy_guest (id int, birth_date date)")

    assert [found.where for found in person_columns(owner)] == ["strategy_guest.birth_date"]
