"""Shares of district and region: shown when they say nothing about one other municipality."""

import itertools
import json
import re
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import databases

from vangnet.casework.shares import shares
from vangnet.casework.tests.desks import SignalDesk, without_demonstration
from vangnet.vault.tests.offices import browser

YEAR = 2024
ROUTES = ("gemeentelijk", "lokaal", "riec")
SMALL = "te klein om te tonen"


def says_nothing(owner, *parts):
    return owner.execute(
        "SELECT casework_says_nothing_of_one(%s::jsonb)", [json.dumps([list(part) for part in parts])]
    ).fetchone()[0]


EVEN = (20, 20, 20)


@pytest.mark.attack("A-23")
@pytest.mark.parametrize(
    ("parts", "holds"),
    [
        ([EVEN] * 4, True),
        ([EVEN] * 3, False),  # for each of them two others are left
        ([EVEN] * 3 + [(0, 0, 0)], False),
        ([(4, 4, 4)] * 4, True),  # 12 are left
        ([(3, 3, 3)] * 4, False),  # 12 in all, but 9 are left
        ([(200, 20, 20), *[(5, 20, 20)] * 3], False),  # one has nearly all of one route
        ([(20, 20, 100), (20, 20, 100), *[(20, 20, 1)] * 2], False),  # of two, each finds the other
        ([], False),
    ],
)
def test_a_total_is_shown_when_nobody_in_it_finds_another(django_db_setup, django_db_blocker, parts, holds):
    with django_db_blocker.unblock(), databases.as_owner(connection.settings_dict["NAME"]) as owner:
        assert says_nothing(owner, *parts) is holds


# --- a region with signals ---


class Region:
    """Signals of an ended year, laid down by the owner of the database, and what a desk sees of them."""

    def __init__(self, name: str, desk: SignalDesk) -> None:
        self.name, self.desk = name, desk
        with databases.as_owner(name) as owner:
            self.districts: dict[str, list[str]] = {}
            rows = owner.execute(
                "SELECT p.whole_id, o.place FROM identity_organisation o JOIN places_areapart p "
                "ON p.part_id = o.place AND p.whole_level = 'district' AND p.period @> '2024-12-31'::date "
                "WHERE EXISTS (SELECT FROM identity_organisationkind k "
                "               WHERE k.organisation_id = o.id AND k.kind = 'gemeente') ORDER BY 1, 2"
            ).fetchall()
        for district, place in rows:
            self.districts.setdefault(district, []).append(place)
        self.own = next(code for code, places in self.districts.items() if "GM0301" in places)
        self.counts: dict[str, tuple[int, int, int]] = {}

    def fill(self, counts: dict[str, tuple[int, int, int]]) -> None:
        """Lay down signals of these municipalities, weighed in the year."""
        self.counts = counts
        with databases.as_owner(self.name) as owner:
            model = self.desk.report()
            # Only rows that are counted, without a dossier behind each.
            owner.execute("ALTER TABLE casework_signal DISABLE TRIGGER USER")
            for (name,) in owner.execute(OF_DOSSIERS).fetchall():
                owner.execute(f'ALTER TABLE casework_signal DROP CONSTRAINT "{name}"')
            for place, of_route in counts.items():
                for route, n in zip(ROUTES, of_route, strict=True):
                    owner.execute(LAID_DOWN, {"model": model, "place": place, "route": route, "n": n})
            owner.execute("ALTER TABLE casework_signal ENABLE TRIGGER USER")

    def page(self) -> str:
        return str(self.desk.get("routes", jaar=YEAR).content.decode())

    def published(self) -> dict[str, tuple[int, int, int] | None]:
        """Return what any session may read of the year."""
        self.page()
        with databases.as_owner(self.name) as owner:
            found = owner.execute(
                "SELECT code, municipal, local, riec FROM casework_yearshare WHERE year = %s", [YEAR]
            ).fetchall()
        return {code: None if a is None else (a, b, c) for code, a, b, c in found}


OF_DOSSIERS = """
SELECT conname FROM pg_constraint WHERE conrelid = 'casework_signal'::regclass
   AND confrelid = 'vault_dossier'::regclass
"""
LAID_DOWN = f"""
INSERT INTO casework_signal (dossier_id, scope_id, organisation_id, purpose_id, number, source, place,
    received_at, wants_feedback, protocol_id, status, partners, outcome, route, hinted, decided_at, ends_on,
    round)
SELECT gen_random_uuid(), s.scope_id, o.id, s.purpose_id, %(place)s || %(route)s || n, s.source, %(place)s,
       '{YEAR}-02-01', false, s.protocol_id, 'doorgezet', 1, 'gemeente', %(route)s, '', '{YEAR}-03-01',
       current_date + 900, 1
  FROM casework_signal s JOIN identity_organisation o ON o.place = %(place)s AND EXISTS (
       SELECT FROM identity_organisationkind k WHERE k.organisation_id = o.id AND k.kind = 'gemeente')
 CROSS JOIN generate_series(1, %(n)s) AS n
 WHERE s.dossier_id = %(model)s
"""


@pytest.fixture
def region(own_database, anna):
    without_demonstration(own_database)
    return Region(own_database, SignalDesk(anna))


def plus(*counts):
    return tuple(sum(parts) for parts in zip(*counts, strict=True))


def test_the_page_shows_own_district_and_region_with_the_intervals_of_the_command(region):
    counts = {place: (20, 12, 8) for places in region.districts.values() for place in places}
    region.fill(counts)
    page = region.page()
    of_district = [counts[place] for place in region.districts[region.own]]
    found = shares(dict(zip(ROUTES, plus(*of_district), strict=True)))["routes"]["lokaal"]

    assert len(of_district) >= 4
    assert SMALL not in page
    interval = " – ".join(f"{found[part] * 100:.1f}".replace(".", ",") for part in ("low", "high"))
    assert f"{interval}%" in page
    assert "Verwachting van het netwerk" in page
    for expected in ("50%", "30%", "20%"):
        assert expected in page


def test_of_a_district_of_few_nothing_is_shown(region):
    three = region.districts[region.own][:3]
    region.fill(dict.fromkeys(three, (40, 30, 20)))

    assert region.page().count(SMALL) == 2
    assert set(region.published().values()) == {None}


@pytest.mark.attack("A-22")
def test_an_attacker_who_subtracts_shown_districts_from_the_region_finds_no_hidden_one(region):
    counts = {place: (20, 12, 10) for places in region.districts.values() for place in places}
    lonely = next(code for code in region.districts if code != region.own)
    for place in region.districts[lonely][1:]:
        counts[place] = (0, 0, 0)
    region.fill(counts)
    found = region.published()
    hidden = [code for code in region.districts if found[code] is None]

    assert found[lonely] is None
    assert len(hidden) >= 2
    (whole,) = [told for code, told in found.items() if code not in region.districts]
    if whole is not None:
        shown = plus(*(found[code] for code in region.districts if found[code] is not None), (0, 0, 0))
        left = tuple(a - b for a, b in zip(whole, shown, strict=True))
        alone = plus(*(counts[place] for place in region.districts[lonely]))
        assert left != alone


@pytest.mark.attack("A-22")
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_added_and_subtracted_no_municipality_stands_alone(region, seed):
    """Every sum of shown totals with signs, less one's own numbers, is of nobody or of three others."""
    dice = Random(seed)
    counts = {
        place: tuple(dice.choice((0, 0, 3, 15, 60)) for _ in ROUTES)
        for places in region.districts.values()
        for place in places
    }
    region.fill(counts)
    found = region.published()
    known = {code: told for code, told in found.items() if told is not None}
    members = {code: region.districts.get(code, list(counts)) for code in known}
    for signs in itertools.product((-1, 0, 1), repeat=len(known)):
        weights = dict.fromkeys(counts, 0)
        for sign, code in zip(signs, known, strict=True):
            for place in members[code]:
                weights[place] += sign
        inside = {place for place, weight in weights.items() if weight and any(counts[place])}
        for own in (None, *counts):
            assert len(inside - {own}) == 0 or len(inside - {own}) >= 3, (signs, own)


@pytest.mark.attack("A-22")
def test_who_looks_every_day_sees_no_difference(region):
    counts = {place: (20, 12, 10) for places in region.districts.values() for place in places}
    region.fill(counts)
    before = region.published()
    with databases.as_owner(region.name) as owner:
        owner.execute("DELETE FROM casework_signal WHERE number = 'GM0262riec1'")

    assert region.published() == before
    assert None not in before.values()


def test_the_year_that_runs_is_not_compared(region):
    page = region.desk.get("routes").content.decode()

    assert "loopt nog" in page
    with databases.as_owner(region.name) as owner:
        assert owner.execute("SELECT count(*) FROM casework_yearshare").fetchone()[0] == 0


@pytest.mark.attack("A-01")
def test_a01_who_weighs_no_signals_gets_no_totals(region, petra, bram, jan):
    region.fill({place: (20, 12, 10) for places in region.districts.values() for place in places})
    region.page()
    for outsider in (petra, bram, jan):
        assert browser(outsider).get(region.desk.address("routes"), {"jaar": YEAR}).status_code == 404


def test_the_page_asks_few_questions_also_the_first_time(region):
    region.fill({place: (20, 12, 10) for places in region.districts.values() for place in places})
    counts = []
    for _ in range(2):
        with transaction.atomic(), CaptureQueriesContext(connection) as seen:
            page = region.desk.get("routes", jaar=YEAR).content.decode()
        counts.append(len(seen))

    assert re.search(r"Naast district en regio", page)
    assert counts[0] <= 20
    assert counts[1] <= 15
