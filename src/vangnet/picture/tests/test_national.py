"""The whole country by month, and what its first months foretell of a year."""

from __future__ import annotations

import numpy as np
import pytest

from vangnet.figures import series
from vangnet.figures.models import Figure, Indicator
from vangnet.picture import national, promises
from vangnet.picture.tests.test_area import text_of

pytestmark = pytest.mark.django_db


def months_of(slug):
    return series.monthly(Indicator.objects.get(slug=slug), "NL")


def test_eight_months_of_2018_are_estimated_better_than_by_counting_on():
    found = national.estimate(months_of("jeugdoverlast"), 2018, 8)

    assert found.actual == 70802
    assert abs(found.result.estimate / found.actual - 1) < abs(found.result.naive / found.actual - 1)
    assert found.result.low < found.actual < found.result.high


def test_the_page_shows_estimate_simple_sum_and_outcome(sign_in, anna):
    page = text_of(sign_in(anna).get("/beelden/nederland/?indicator=jeugdoverlast&jaar=2018&maanden=8"))

    for words in (
        "Stel dat van 2018 alleen de eerste 8 maanden bekend waren",
        "schatting",
        "× 12/8",
        "70.802",
    ):
        assert words in page


def test_too_little_to_go_on_is_said_and_not_guessed(sign_in, anna):
    page = text_of(sign_in(anna).get("/beelden/nederland/?indicator=jeugdoverlast&jaar=2013&maanden=8"))

    assert "niet vast te stellen : er zijn minder dan 3 volledige eerdere jaren" in page


def test_an_unfinished_last_year_is_estimated_by_itself(sign_in, anna):
    youth = Indicator.objects.get(slug="jeugdoverlast")
    Figure.objects.filter(indicator=youth, start__year=2023, start__month__gt=9).update(value=None)
    months = months_of("jeugdoverlast")

    assert national.unfinished(months) == (2023, 9)
    assert national.estimate(months, 2023, 9).actual is None


def test_a_complete_last_year_asks_for_no_estimate():
    assert national.unfinished({2020: np.ones(12)}) is None
    assert national.unfinished({}) is None


@pytest.mark.parametrize(
    ("slug", "code"),
    [("woninginbraak", "ALG-06"), ("jeugdoverlast", "KWP-22"), ("verward-persoon", "KWP-10")],
)
def test_the_strategy_on_a_subject_is_found_through_data(anna, slug, code):
    indicators = list(Indicator.objects.all())
    indicator = next(one for one in indicators if one.slug == slug)

    found = promises.about(indicator, indicators, user=anna)

    assert code in {goal.code for goal in [*found.goals, *found.limits]}
    assert [claim.indicator for claim in found.claims] == [slug]
