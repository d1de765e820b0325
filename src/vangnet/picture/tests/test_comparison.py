"""Two areas and two periods, and the borders of then beside those of now."""

from __future__ import annotations

import re
from datetime import date

import pytest

from vangnet.figures import series
from vangnet.figures.models import Indicator
from vangnet.picture import borders, comparison, material
from vangnet.picture.comparison import Period
from vangnet.picture.tests.test_area import text_of

pytestmark = pytest.mark.django_db
COMPARE = "/beelden/vergelijken/"
MERGED = {"GM0236", "GM0304", "GM0733", "GM0241", "GM0265", "GM0282", "GM0196", "GM0299"}


def stuff_of(slug):
    indicator = Indicator.objects.get(slug=slug)
    state = material.version()
    return material.load(indicator, state), series.yearly(indicator), state


def test_the_map_of_then_hatches_exactly_what_was_not_published_on_those_borders():
    stuff, own_years, state = stuff_of("woninginbraak")
    then = material.tree(date(2014, 1, 1), state)

    values, missing = borders.then_values(stuff, own_years, then, 2014)

    assert len(then.region.members) == 81
    assert set(missing) == MERGED
    assert all(values[code] is None for code in MERGED)
    assert values["GM0301"] == pytest.approx(stuff.at(stuff.rate(stuff.tree.places["GM0301"]), 2014))


def test_a_mere_change_of_name_keeps_its_figure():
    stuff, _, state = stuff_of("woninginbraak")
    then = material.tree(date(2015, 7, 1), state)

    assert borders.unchanged(then, stuff.tree)["GM0241"] == "GM1945"


def test_inhabitants_are_known_on_both_borders_and_add_up():
    stuff, own_years, state = stuff_of("inwoners")
    then = material.tree(date(2014, 1, 1), state)

    values, missing = borders.then_values(stuff, own_years, then, 2014)

    assert missing == {}
    merged = sum(values[code] for code in ("GM0236", "GM0304", "GM0733"))
    assert stuff.at(stuff.count(stuff.tree.places["GM1960"]), 2014) == merged
    assert sum(values.values()) == stuff.at(stuff.count(stuff.tree.region), 2014)


def test_both_maps_stand_side_by_side_with_their_tables(sign_in, anna):
    answer = sign_in(anna).get(f"{COMPARE}?links=GM0301&rechts=GM0200&van=2014&naar=2018&toen=2014")

    page = text_of(answer)
    assert "Toen: grenzen van 2014" in page
    assert "Nu: grenzen van 1 januari 2025" in page
    assert answer.content.decode().count("-arcering)") == 9 * 2  # eight areas and the legend, twice
    assert page.count("Bekijk als tabel") == 2


def test_a_municipality_of_the_past_has_its_own_inhabitants_and_no_crime(sign_in, anna):
    client, merged = sign_in(anna), "links=GM0236&rechts=GM1960&van=2014&naar=2018"
    people = text_of(client.get(f"{COMPARE}?indicator=inwoners&{merged}"))
    crime = text_of(client.get(f"{COMPARE}?{merged}"))

    own = series.yearly(Indicator.objects.get(slug="inwoners"))
    inhabitants = own.row("GM0236")[own.years.index(2014)]
    assert f"{inhabitants:,.0f}".replace(",", ".") in people
    assert "opgegaan in GM1960" in people
    assert "Niet gepubliceerd op deze grenzen" in crime
    assert "niet vast te stellen" in crime


def test_two_areas_differ_only_when_that_is_more_than_noise():
    stuff, own_years, _ = stuff_of("woninginbraak")
    periods = (Period(2014, 2014), Period(2018, 2018))
    sides = [comparison.side(stuff, own_years, code, periods) for code in ("GM0301", "GM0200")]

    told = dict(comparison.verdicts(stuff, sides, periods))

    assert "aantoonbaar hoger" in told["In 2014"]
    assert told["In 2018"] == "geen aantoonbaar verschil"


def test_an_area_is_not_compared_with_a_part_of_itself():
    stuff, own_years, _ = stuff_of("woninginbraak")
    periods = (Period(2014, 2014), Period(2018, 2018))
    sides = [comparison.side(stuff, own_years, code, periods) for code in ("GM0301", "ON")]

    assert "een deel van het andere" in dict(comparison.verdicts(stuff, sides, periods))["In 2014"]


def test_periods_of_several_years_count_per_year(sign_in, anna):
    periods = "van=2012&van_tot=2014&naar=2016&naar_tot=2018"
    page = text_of(sign_in(anna).get(f"{COMPARE}?links=twente&rechts=GM0277&{periods}"))

    assert "Aantal 2012–2014 (gemiddeld per jaar)" in page
    stuff, own_years, _ = stuff_of("woninginbraak")
    twente = comparison.side(stuff, own_years, "twente", (Period(2012, 2014), Period(2018, 2018)))
    counts = stuff.count(stuff.tree.find("twente"))
    assert twente.step.relative == pytest.approx(stuff.at(counts, 2018) / (counts[:3].sum() / 3) - 1)


def test_another_subject_in_the_form_keeps_to_the_years_that_it_has(sign_in, anna):
    client, chosen = sign_in(anna), "indicator=jeugdoverlast&van=2012&naar=2025&naar_tot=2025&toen=2012"

    assert "De periode is aangepast" in text_of(client.get(f"{COMPARE}?keuze=1&{chosen}"))
    assert client.get(f"{COMPARE}?{chosen}").status_code == 404


@pytest.mark.parametrize("query", ["", "?rechts=ON", "?rechts=oost-nederland", "?rechts=Oost-Nederland"])
def test_the_form_shows_the_areas_that_are_compared(sign_in, anna, query):
    answer = sign_in(anna).get(COMPARE + query)
    select = re.search(r'name="rechts".*?</select>', answer.content.decode(), re.DOTALL)

    assert "Zutphen en Oost-Nederland vergelijken" in text_of(answer)
    assert re.findall(r'value="([^"]*)" selected', select[0]) == ["oost-nederland"]
