"""The look-back: each claim in its own unit beside the official figures."""

import re

import pytest

from vangnet.figures.models import Figure, Indicator
from vangnet.reports import look_back
from vangnet.strategy.models import Claim

pytestmark = pytest.mark.django_db
PAGE = "/strategie/terugblik/"


def _row(slug):
    return next(row for row in look_back.rows(None) if row.claim.slug == slug)


def _text(answer):
    return re.sub(r"\s+", " ", answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


def test_burglary_is_set_beside_registered_crimes_from_both_years():
    since_2015, since_2014 = _row("woninginbraak").official.measured

    assert (since_2015.before, since_2015.after) == (9311, 6083)
    assert round(since_2015.relative, 3) == -0.347
    assert round(since_2014.relative, 3) == -0.439
    assert since_2015.significant


@pytest.mark.parametrize(("slug", "change"), [("jeugdoverlast", -0.127), ("verward-gedrag", 0.373)])
def test_nuisance_is_only_known_for_the_whole_country(slug, change):
    official = _row(slug).official

    assert official.area == "Nederland"
    assert round(official.measured[0].relative, 3) == change


def test_the_page_keeps_both_units_and_the_failed_goal(sign_in, anna, django_assert_max_num_queries):
    client = sign_in(anna)
    client.get(PAGE)
    with django_assert_max_num_queries(13):
        text = _text(client.get(PAGE))

    for words in (
        "Terugblik 2015-2018",
        "Daling van iets meer dan 40 %",
        "aangiften van woninginbraak, Oost-Nederland",
        "Gedaald met 34,7 %",
        "Vanaf 2014 gerekend: <strong>gedaald met 43,9 %",
        "waardoor de uitkomsten verschillen is niet bekend",
        "Gedaald met 12,7 %",
        "Gestegen met 37,3 %",
        "Stijging van 29 %",
        "volgens de nota niet behaald",
        "Geen norm in de nota",
        "7-stappenmodel voor jeugdgroepen",
        "geschat uit de eerste acht maanden",
        "genoemd in de nota op blz. 4",
        "Maak de keten rond mensen met verward gedrag beter sluitend",
        "Aangepast overgenomen",
        "Eerder: open (Bestuurlijke Begeleidingsgroep",
    ):
        assert words in text, words
    assert "2.015" not in text


def test_the_fall_of_all_crime_stands_beside_the_official_figure_where_there_is_one():
    country, region = _row("criminaliteit-nederland"), _row("criminaliteit-oost-nederland")

    measured = country.official.measured[0]
    assert (measured.first, measured.last) == (2015, 2018)
    assert measured.before > measured.after > 700_000
    assert measured.words.startswith("gedaald")
    assert region.official.measured == ()
    assert region.official.absence == "voor Oost-Nederland is in 2015 geen cijfer gepubliceerd"


def test_a_figure_that_was_not_published_is_not_guessed(sign_in, anna):
    indicator = Indicator.objects.get(slug="verward-persoon")
    Figure.objects.filter(indicator=indicator, start__year=2018).update(value=None)
    Claim.objects.filter(slug="verward-gedrag").update(last_year=2018, first_year=2014)

    assert _row("verward-gedrag").official.measured == ()
    assert "Niet vast te stellen" in _text(sign_in(anna).get(PAGE))


def test_a_claim_about_something_not_counted_here_says_so(sign_in, anna):
    Claim.objects.filter(slug="jeugdoverlast").update(indicator="niet-geteld")

    assert _row("jeugdoverlast").official is None
    assert "Dit cijfer is hier niet ingelezen" in _text(sign_in(anna).get(PAGE))


def test_without_claims_the_page_says_so(sign_in, anna):
    Claim.objects.all().delete()

    assert "Er is nog geen terugblik" in _text(sign_in(anna).get(PAGE))


def test_an_outsider_is_asked_to_sign_in(outsider):
    assert outsider.get(PAGE)["location"].startswith("/account/login/")
