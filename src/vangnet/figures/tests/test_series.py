"""Figures that were delivered on the borders of their own year, shown on those of one day."""

from datetime import date

import numpy as np
import pytest

from vangnet.figures import development, series
from vangnet.figures.models import Indicator
from vangnet.figures.tests.delivering import HEAD, deliver, latest
from vangnet.picture import material

pytestmark = pytest.mark.django_db


@pytest.fixture
def burglary():
    return Indicator.objects.get(slug="woninginbraak")


@pytest.fixture
def save_on_own_borders(sign_in, carla):
    """Deliver rows that are on the borders of their own year, and save them."""

    def save(rows):
        client = sign_in(carla)
        deliver(client, HEAD + rows, borders="eigen-jaar")
        client.post(f"/cijfers/inlezen/{latest().pk}/opslaan/")

    return save


def of(table, area, year):
    return table.row(area)[table.years.index(year)]


def test_figures_on_borders_before_a_merger_are_added_up(save_on_own_borders, burglary):
    before = series.on_latest_borders(burglary)

    save_on_own_borders("Zevenaar;Woninginbraak;2016;50\nRijnwaarden;Woninginbraak;2016;7\n")

    table = series.on_latest_borders(burglary)
    assert (of(series.yearly(burglary), "GM0299", 2016), of(table, "GM0299", 2016)) == (50.0, 57.0)
    assert "GM0196" not in table.areas
    for year in (2015, 2017):
        assert of(table, "GM0299", year) == of(before, "GM0299", year)


def test_a_merged_area_of_which_a_part_was_not_delivered_is_not_published(save_on_own_borders, burglary):
    save_on_own_borders("Zevenaar;Woninginbraak;2016;50\nZutphen;Woninginbraak;2016;61\n")

    table = series.on_latest_borders(burglary)

    assert np.isnan(of(table, "GM0299", 2016))
    assert of(table, "GM0301", 2016) == 61.0


def test_the_picture_shows_the_sum_beside_the_inhabitants_of_the_same_borders(save_on_own_borders, burglary):
    save_on_own_borders("Zevenaar;Woninginbraak;2016;50\nRijnwaarden;Woninginbraak;2016;7\n")

    stuff = material.load(burglary, material.version())
    place = stuff.tree.places["GM0299"]

    assert stuff.at(stuff.count(place), 2016) == 57.0
    assert stuff.at(stuff.rate(place), 2016) == 57.0 / stuff.at(stuff.inhabitants(place), 2016) * 1000.0


def test_inhabitants_on_borders_of_now_are_not_put_through_a_merger_twice(sign_in, carla):
    client = sign_in(carla)
    head = "Gemeente;Jaar;Aantal\n"
    rows = "Zevenaar;2016;43183\nZutphen;2016;47000\n"
    people = Indicator.objects.get(is_population=True)
    deliver(client, head + rows, indicator=people.pk, borders="dag", borders_on="2025-01-01")
    record = latest()
    client.post(f"/cijfers/inlezen/{record.pk}/opslaan/")
    assert record.rows == 2

    table = series.rebased(series.yearly(people), to=date(2025, 1, 1))

    assert (of(table, "GM0299", 2016), of(table, "GM0301", 2016)) == (43183.0, 47000.0)


def test_an_area_without_inhabitants_has_no_rate(sign_in, carla, burglary):
    client = sign_in(carla)
    people = Indicator.objects.get(is_population=True)
    deliver(client, "Gemeente;Jaar;Aantal\nZutphen;2025;0\n", indicator=people.pk, borders="eigen-jaar")
    client.post(f"/cijfers/inlezen/{latest().pk}/opslaan/")

    stuff = material.load(burglary, material.version())

    assert stuff.at(stuff.rate(stuff.tree.places["GM0301"]), 2025) is None
    assert client.get("/beelden/GM0301/").status_code == 200


@pytest.mark.parametrize("slug", ["woninginbraak", "fietsdiefstal", "bedrijfsinbraak", "jeugdoverlast"])
def test_the_pages_and_the_command_line_take_the_same_spread_beyond_chance(slug):
    indicator = Indicator.objects.get(slug=slug)
    drawn = material.load(indicator, material.version())

    assert development.dispersion(series.on_latest_borders(indicator)) == pytest.approx(drawn.dispersion)
