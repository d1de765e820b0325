"""Dated geography: counts on dates, mergers followed both ways, figures put on other borders."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from vangnet.places import history
from vangnet.places.models import Area, AreaPart, AreaVersion

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("year", "count"), [(2012, 81), (2014, 81), (2015, 79), (2016, 79), (2018, 78), (2019, 76), (2025, 76)]
)
def test_the_number_of_municipalities_on_a_date(year, count):
    assert Area.objects.as_of(date(year, 7, 1)).of_level("gemeente").count() == count


def test_districts_of_today_hold_eleven_to_twenty_two_municipalities():
    day = date(2026, 1, 1)
    districts = Area.objects.as_of(day).of_level("district")
    counts = {d.name_then: Area.objects.within(d.code, on=day).count() for d in districts}

    assert counts == {
        "IJsselland": 11,
        "Twente": 14,
        "Noord- en Oost-Gelderland": 22,
        "Gelderland-Midden": 15,
        "Gelderland-Zuid": 14,
    }


def test_a_merger_is_followed_back_through_a_rename():
    assert history.predecessors("GM1945", on=date(2014, 1, 1)) == ["GM0241", "GM0265", "GM0282"]
    assert history.successors("GM0265", on=date(2020, 1, 1)) == [("GM1945", 1.0)]


def test_an_area_that_takes_in_another_is_its_own_predecessor():
    assert history.predecessors("GM0299", on=date(2017, 1, 1)) == ["GM0196", "GM0299"]


def test_counts_are_summed_over_a_merger():
    counts = {"GM0236": 10, "GM0304": 20, "GM0733": 30, "GM0301": 5}

    assert history.rebase(counts, since=date(2018, 1, 1), to=date(2019, 1, 1)) == {"GM1960": 60, "GM0301": 5}


def test_not_published_stays_not_published_in_a_sum():
    counts = {"GM0236": 10, "GM0304": None, "GM0733": 30}

    assert history.rebase(counts, since=date(2018, 1, 1), to=date(2020, 1, 1)) == {"GM1960": None}


def test_a_merger_cannot_be_taken_apart():
    with pytest.raises(history.CannotBeDetermined):
        history.rebase({"GM1960": 60}, since=date(2020, 1, 1), to=date(2018, 1, 1))


def test_an_old_code_says_what_became_of_it():
    text = history.explain("GM0236", on=date(2024, 1, 1))

    assert "Geldermalsen" in text
    assert "1-1-2019" in text
    assert "GM1960 West Betuwe" in text
    assert history.explain("GM0301", on=date(2024, 1, 1)) is None


def test_an_area_that_changed_its_name_is_explained_from_its_first_day():
    version = AreaVersion.objects.get(area="GM1960")
    AreaVersion.objects.filter(pk=version.pk).update(period=(date(2019, 1, 1), date(2022, 1, 1)))
    AreaVersion.objects.create(
        area_id="GM1960", name="Nieuw Betuwe", slug="nieuw-betuwe", period=(date(2022, 1, 1), None)
    )

    text = "GM1960 West Betuwe bestaat pas vanaf 1-1-2019"
    assert history.explain("GM1960", on=date(2015, 1, 1)) == text


def test_following_an_area_costs_as_many_queries_whatever_became_of_it(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert history.successors("GM0241", on=date(2026, 1, 1)) == [("GM1945", 1.0)]


@pytest.mark.parametrize("text", ["GM0301", "gm0301", "zutphen", "Zutphen", " ZUTPHEN "])
def test_an_area_is_found_by_code_or_name(text):
    assert history.find(text, on=date(2024, 1, 1)).code == "GM0301"


def test_an_unknown_area_is_named():
    with pytest.raises(history.UnknownArea, match="Zutfen"):
        history.find("Zutfen", on=date(2024, 1, 1))
    with pytest.raises(history.UnknownArea, match="West Betuwe"):
        history.find("Geldermalsen", on=date(2024, 1, 1))


def test_the_database_refuses_two_versions_at_once():
    with pytest.raises(IntegrityError, match="area_has_one_version_at_a_time"), transaction.atomic():
        AreaVersion.objects.create(
            area_id="GM0301", name="Zutfen", slug="zutfen", period=(date(2020, 1, 1), None)
        )


def test_the_database_refuses_two_districts_at_once():
    with pytest.raises(IntegrityError, match="area_belongs_to_one_whole_per_level"), transaction.atomic():
        AreaPart.objects.create(
            part_id="GM0301", whole_id="ON-TWE", whole_level="district", period=(date(2020, 1, 1), None)
        )
