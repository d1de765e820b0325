import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vangnet.ui import formats


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, None, "1.234,5"),
        (1876, None, "1.876"),
        (3184502, None, "3.184.502"),
        (0, None, "0"),
        (-12, None, "−12"),
        (13.0, 1, "13,0"),
        (0.125, 2, "0,13"),
        (-0.04, 1, "0,0"),
        (Decimal("2.675"), 2, "2,68"),
        (None, None, "niet gepubliceerd"),
        (float("nan"), None, "niet vast te stellen"),
        (float("inf"), 1, "niet vast te stellen"),
    ],
)
def test_a_number_is_written_in_dutch(value, decimals, text):
    assert formats.number(value, decimals) == text


@given(st.integers(-(10**15), 10**15))
def test_no_digit_of_a_whole_number_is_lost(value):
    text = formats.number(value)
    assert int(text.replace(".", "").replace("−", "-")) == value
    assert all(len(group) == 3 for group in text.lstrip("−").split(".")[1:])


@given(st.floats(-1e6, 1e6), st.integers(1, 4))
def test_rounding_stays_within_half_a_unit(value, decimals):
    back = float(formats.number(value, decimals).replace(".", "").replace(",", ".").replace("−", "-"))
    assert abs(back - value) <= 0.5 * 10**-decimals + 1e-9


def test_percentages_keep_their_sign_next_to_the_number():
    assert formats.percent(-0.347) == "−34,7\N{NO-BREAK SPACE}%"
    assert formats.percent(0.5, 0) == "50\N{NO-BREAK SPACE}%"
    assert formats.signed_percent(0.123) == "+12,3\N{NO-BREAK SPACE}%"
    assert formats.signed_percent(0.0001) == "0,0\N{NO-BREAK SPACE}%"
    assert formats.signed_percent(None) == "niet gepubliceerd"
    assert formats.signed_percent(float("inf")) == "niet vast te stellen"


def test_days_and_moments():
    assert formats.day(datetime.date(2026, 11, 1)) == "1 november 2026"
    moment = datetime.datetime(2026, 3, 9, 9, 5, tzinfo=datetime.UTC)
    assert formats.moment(moment) == "9 maart 2026, 09.05\N{NO-BREAK SPACE}uur"
    assert formats.day(None) == formats.moment(None) == "niet gepubliceerd"


@pytest.mark.parametrize(
    ("ratio", "polarity", "arrow", "tone", "verdict"),
    [
        (0.1, "bad", "▲", "bad", "ongunstig"),
        (-0.1, "bad", "▼", "good", "gunstig"),
        (0.1, "good", "▲", "good", "gunstig"),
        (-0.1, "good", "▼", "bad", "ongunstig"),
        (0.1, "neutral", "▲", "neutral", ""),
    ],
)
def test_the_colour_of_a_change_follows_what_a_rise_means(ratio, polarity, arrow, tone, verdict):
    change = formats.change(ratio, polarity=polarity)
    assert (change.arrow, change.tone, change.verdict) == (arrow, tone, verdict)
    assert change.words == ("gestegen" if ratio > 0 else "gedaald") + " met 10,0\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("ratio", "significant", "words"),
    [
        (0.4, False, "geen aantoonbaar verschil"),
        (0.4, None, "niet vast te stellen"),
        (None, True, "niet gepubliceerd"),
        (float("inf"), True, "niet vast te stellen"),
        (0.0, True, "gelijk gebleven"),
        (-0.0002, True, "gelijk gebleven"),
    ],
)
def test_what_is_not_a_change_has_no_arrow_and_no_colour(ratio, significant, words):
    change = formats.change(ratio, polarity="bad", significant=significant)
    assert (change.words, change.arrow, change.tone) == (words, "", "neutral")
