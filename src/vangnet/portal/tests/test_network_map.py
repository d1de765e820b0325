"""The map of who takes part in what, on any day."""

import re
from datetime import date

import pytest
from django.utils import timezone

from vangnet.directory import actions as directory
from vangnet.directory.models import Topic
from vangnet.identity import actions as identity
from vangnet.identity.operator import operator, service_session
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db


def test_the_map_of_a_day_has_a_drawing_and_the_same_in_a_table(outsider, anna):
    page = browser(anna).get("/netwerk/kaart/").content.decode()

    assert "vn-picture" in page
    assert "schematische kaart" in page or "bron" in page.lower()
    row = re.search(r'<th scope="row">Zutphen</th>(.*?)</tr>', page, re.DOTALL)[1]
    assert row.count("Ja") + row.count("Nee") == 4
    assert "Politie" in page  # no municipality, so beside the map
    public = outsider.get("/netwerk/kaart/")
    assert public.status_code == 200
    assert "Op de kaart" in outsider.get("/netwerk/deelname/").content.decode()


def test_another_day_gives_the_municipalities_and_partners_of_then(outsider):
    then = outsider.get("/netwerk/kaart/", {"op": "2018-06-01"}).content.decode()

    assert '<th scope="row">Neerijnen</th>' in then
    assert "0 van " in then
    assert "datum" in outsider.get("/netwerk/kaart/", {"op": "later"}).content.decode()


def test_an_organisation_that_lies_in_a_municipality_is_not_that_municipality(outsider):
    with service_session(operator()):
        told = {"by": operator(), "at": timezone.now(), "since": date(2020, 1, 1)}
        ggd = identity.register_organisation(slug="ggd", name="GGD", kind="netwerk", place="GM0301", **told)
        for topic in Topic.objects.filter(under=None):
            directory.join_theme(ggd, topic=topic, reason="gevraagd", **told)
    page = outsider.get("/netwerk/kaart/", {"op": "2020-06-01"}).content.decode()
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', page, re.DOTALL))

    assert "Nee" in rows["Zutphen"]
    assert rows["GGD"].count("Ja") == 4


def test_the_map_takes_few_questions(outsider, django_assert_max_num_queries):
    outsider.get("/netwerk/kaart/")
    with django_assert_max_num_queries(16):
        outsider.get("/netwerk/kaart/")
