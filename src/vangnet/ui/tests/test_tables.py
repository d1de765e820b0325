import datetime

import pytest

from vangnet.ui.tables import Cell, Column, Table, show

CHANGE = Column("Verschil", "change", polarity="bad")


def test_a_row_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="row 2 has 1 values for 2 columns"):
        Table("Cijfers", [Column("Plaats"), Column("Aantal", "number")], [["A", 1], ["B"]])


def test_missing_is_not_zero_and_sorts_as_unknown():
    shown = show(Column("Aantal", "number"), None)
    assert (shown.text, shown.sort, shown.missing) == ("niet gepubliceerd", "", True)
    zero = show(Column("Aantal", "number"), 0)
    assert (zero.text, zero.sort, zero.missing) == ("0", "0", False)


@pytest.mark.parametrize(
    ("column", "value", "text", "sort"),
    [
        (Column("Aantal", "number"), 1876, "1.876", "1876"),
        (Column("Dichtheid", "number", decimals=2), 13.7, "13,70", "13.7"),
        (Column("Aandeel", "percent"), 0.25, "25,0\N{NO-BREAK SPACE}%", "0.25"),
        (Column("Dag", "date"), datetime.date(2026, 3, 1), "1 maart 2026", "2026-03-01"),
        (Column("Dag", "date"), "voorjaar", "voorjaar", ""),
        (Column("Plaats"), Cell("Ermelo", url="/x/"), "Ermelo", ""),
    ],
)
def test_a_cell_is_written_in_dutch_and_sorted_by_its_value(column, value, text, sort):
    shown = show(column, value)
    assert (shown.text, shown.sort) == (text, sort)


def test_a_change_within_noise_says_so_and_still_sorts_on_its_value():
    noise = show(CHANGE, Cell(0.02, significant=False))
    assert (noise.text, noise.arrow, noise.tone, noise.sort) == (
        "geen aantoonbaar verschil",
        "",
        "neutral",
        "0.02",
    )
    fall = show(CHANGE, -0.304)
    assert (fall.text, fall.arrow, fall.tone, fall.verdict) == (
        "−30,4\N{NO-BREAK SPACE}%",
        "▼",
        "good",
        "gunstig",
    )
