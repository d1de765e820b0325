"""A chart of what lasts says every row in words, and stays readable on a phone."""

from __future__ import annotations

from datetime import date

import pytest

from vangnet.ui.spans import Moment, Span, span_chart

ROWS = [
    Span(
        "Eén werkwijze <voor allen>",
        date(2026, 3, 1),
        date(2027, 5, 25),
        "Vastgesteld",
        moments=(Moment("Formulier", date(2026, 6, 1), True), Moment("Beeld", date(2026, 12, 1), False)),
    ),
    Span("Op één dag", date(2026, 12, 26), date(2026, 12, 26), "Concept"),
]


def drawn(*, narrow: bool = False) -> str:
    told = {"title": "Plannen", "description": "Twee plannen", "today": date(2026, 11, 26)}
    return span_chart(ROWS, **told, narrow=narrow).svg


def test_each_span_and_each_moment_is_said_in_words():
    svg = drawn()

    assert "1 maart 2026 tot en met 25 mei 2027, Vastgesteld" in svg
    assert "Formulier: 1 juni 2026, klaar" in svg
    assert "Beeld: 1 december 2026, nog niet klaar" in svg
    assert "vandaag" in svg
    assert "<voor" not in svg
    assert "style" not in svg


def test_a_narrow_chart_has_fewer_days_on_its_axis():
    assert "04-2027" in drawn()
    assert "04-2027" not in drawn(narrow=True)


def test_what_lasts_for_ages_is_drawn_as_far_as_the_axis_goes_and_said_in_full():
    ages = Span("Altijd", date.min, date.max, "Concept", moments=(Moment("Ooit", date.max, False),))
    svg = span_chart([ages], title="Plannen", description="Een plan", today=date(2026, 11, 26)).svg

    assert "31 december 9999, Concept" in svg
    assert "2095" in svg
    assert svg.count("<text") < 60  # not every year of a century


def test_nothing_is_not_drawn():
    with pytest.raises(ValueError, match="niets om te tekenen"):
        span_chart([], title="", description="", today=date(2026, 1, 1))
