"""Lines, bars and steps as pictures: what they say, and that a strict page can carry them."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from xml.etree import ElementTree

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vangnet.ui import charts
from vangnet.ui.axes import text_width, tick_decimals, ticks, wrap
from vangnet.ui.bars import Bar, bar_ranking
from vangnet.ui.charts import Point, trend_chart
from vangnet.ui.pictures import NARROW, NOISE, WIDE

NAMED = {"title": "Woninginbraken", "description": 'Daling van 60 % & meer, "zie tabel".'}
SVG = "{http://www.w3.org/2000/svg}"


def years(area, *values, start=2015, **more):
    return [Point(area, str(start + n), value, **more) for n, value in enumerate(values)]


def labels(picture):
    found = (mark.get("aria-label") for mark in ElementTree.fromstring(picture.svg).iter())
    return [label for label in found if label][1:]


def words(picture):
    texts = ElementTree.fromstring(picture.svg).iter(f"{SVG}text")
    return [" ".join(text.itertext()) for text in texts]


def data(picture, key):
    return [rows for rows in picture.spec["datasets"].values() if rows and key in rows[0]]


def trend(**more):
    points = [*years("Zutphen", 60, 55, None, 40), Point("Zutphen", "2019", 38.24, "voorlopig")]
    return trend_chart([*points, *years("Deventer", 20, 30, 25, 22, 20)], **NAMED, **more)


ALL = {
    "trend": trend,
    "index": lambda **more: trend_chart(years("Zutphen", 80, 60, 40), index=True, **NAMED, **more),
    "estimate": lambda **more: trend_chart(
        years("Zutphen", 4, 5, status="schatting", low=2, high=7), **NAMED, **more
    ),
    "bars": lambda **more: bar_ranking(
        [Bar("Zutphen", 4.2, 3.1, 5.6, own=True), Bar("Epe", 9, 7, 12), Bar("Lochem", None)],
        unit="per 1.000 inwoners", decimals=1, reference=("de regio", 4.0), **NAMED, **more,
    ),
}  # fmt: skip


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_a_strict_page_can_carry_the_picture(make, narrow):
    picture = make(narrow=narrow, heading=True)

    root = ElementTree.fromstring(picture.svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == NAMED["title"]
    assert root.find(f"{SVG}desc").text == NAMED["description"]
    assert root.get("aria-describedby") == root.find(f"{SVG}desc").get("id")
    assert not [e for e in root.iter() if e.tag in (f"{SVG}style", f"{SVG}script", f"{SVG}image")]
    assert not [name for e in root.iter() for name in e.attrib if name == "style" or name.startswith("on")]
    assert not [e for e in root.iter() if e.get("role") == "graphics-symbol" and not e.get("aria-label")]
    assert "aria-roledescription" not in picture.svg
    assert "height" not in root.attrib
    fonts = {e.get("font-family") for e in root.iter(f"{SVG}text")}
    assert fonts == {'"Source Sans 3", "Source Sans Pro", sans-serif'}
    sizes = [float(e.get("font-size").removesuffix("px")) for e in root.iter(f"{SVG}text")]
    width = float(root.get("viewBox").split()[2])
    assert width <= (NARROW if narrow else WIDE) * 1.02
    assert min(sizes) >= 12


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_the_definition_is_valid_vega_lite_and_always_the_same(make):
    picture, again = make(), make()

    alt.Chart.from_dict(picture.spec, validate=True)
    assert (picture.spec_hash, picture.svg) == (again.spec_hash, again.svg)
    assert picture.spec_hash != make(narrow=True).spec_hash
    assert picture.png(scale=1).startswith(b"\x89PNG")


def test_pictures_are_drawn_the_same_by_several_threads_at_once():
    expected = {name: make().svg for name, make in ALL.items()}

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda name: (name, ALL[name]().svg), list(ALL) * 4))

    assert all(svg == expected[name] for name, svg in drawn)


def test_each_figure_is_told_in_dutch_and_a_gap_is_not_told_as_zero():
    found = labels(trend(unit="per 1.000 inwoners", decimals=1))

    assert "Zutphen 2019: 38,2 per 1.000 inwoners (voorlopig)" in found
    assert "Deventer 2017: 25,0 per 1.000 inwoners" in found
    assert not [label for label in found if "Zutphen 2017" in label]
    assert len(found) == 9


def test_a_line_stops_at_a_gap_and_is_dashed_towards_a_provisional_figure():
    whole, dashed = data(trend(), "run")

    mine = [(row["run"], row["period"]) for row in whole if row["area"] == "Zutphen"]
    assert mine == [(0, "2015"), (0, "2016")]
    assert [(row["area"], row["period"]) for row in dashed] == [("Zutphen", "2018"), ("Zutphen", "2019")]
    assert "Open punten en streeplijn: voorlopige cijfers." in " ".join(words(trend()))


def test_names_stand_at_the_ends_of_the_lines_without_touching():
    picture = trend_chart([p for n in range(6) for p in years(f"Gebied {n}", 5, 10 + n / 10)], **NAMED)

    ends = [e for e in ElementTree.fromstring(picture.svg).iter(f"{SVG}text") if "Gebied" in (e.text or "")]
    heights = sorted(float(re.search(r",([-\d.]+)\)", e.get("transform"))[1]) for e in ends)
    assert len(heights) == 6
    assert min(high - low for low, high in pairwise(heights)) >= 14


def test_an_index_starts_at_100_for_every_area():
    picture = trend_chart([*years("A", 50, 25), *years("B", 8, 12)], index=True, **NAMED)

    assert labels(picture) == ["A 2015: 100 index, 2015 = 100", "A 2016: 50 index, 2015 = 100",
                               "B 2015: 100 index, 2015 = 100", "B 2016: 150 index, 2015 = 100"]  # fmt: skip


def test_months_run_on_and_are_named():
    picture = trend_chart([Point("NL", "2018-11", 5), Point("NL", "2019-02", 7)], **NAMED)

    assert labels(picture) == ["NL nov 2018: 5", "NL feb 2019: 7"]
    assert [word for word in words(picture) if "20" in word] == [
        "nov 2018",
        "dec 2018",
        "jan 2019",
        "feb 2019",
    ]


def test_counts_start_at_zero_and_the_interval_fits():
    picture = ALL["estimate"]()

    assert {"0", "8"} <= set(words(picture))
    assert labels(picture)[0] == "Zutphen 2015: 4 (schatting), marge 2 tot 7"


@pytest.mark.parametrize(
    ("points", "more", "why"),
    [
        ([], {}, "geen enkel cijfer"),
        (years("A", None), {}, "geen enkel cijfer"),
        ([p for n in range(7) for p in years(str(n), 1)], {}, "ten hoogste 6"),
        (years("A", 0, 4), {"index": True}, "A heeft geen eerste cijfer boven 0"),
        ([Point("A", "voorjaar", 4)], {}, "Geen jaar of maand: voorjaar"),
        ([Point("A", "2018-13", 4), Point("A", "2018-02", 4)], {}, "Geen jaar of maand: 2018-13"),
        ([Point("A", "2018", 4), Point("A", "2018-02", 4)], {}, "Geen jaar of maand"),
        ([Point("A", "mei", 4)], {"periods": ["jan", "feb"]}, "niet op de as: mei"),
    ],
)
def test_what_cannot_be_drawn_is_refused(points, more, why):
    with pytest.raises(ValueError, match=why):
        trend_chart(points, **NAMED, **more)


def test_what_does_not_differ_from_the_region_is_grey_and_said():
    picture = ALL["bars"]()

    bars = {row["name"]: row["colour"] for row in data(picture, "colour")[0]}
    assert bars["Zutphen"] == NOISE != bars["Epe"]
    assert labels(picture) == [
        "Zutphen: 4,2 per 1.000 inwoners, marge 3,1 tot 5,6; geen aantoonbaar verschil",
        "Epe: 9,0 per 1.000 inwoners, marge 7,0 tot 12,0",
    ]
    text = " ".join(words(picture))
    assert "de regio 4,0" in text
    assert "n.g.: niet gepubliceerd." in text


def test_rankings_without_figures_or_with_one_name_twice_are_refused():
    with pytest.raises(ValueError, match="geen enkel cijfer"):
        bar_ranking([Bar("A", None)], **NAMED)
    with pytest.raises(ValueError, match="dezelfde naam"):
        bar_ranking([Bar("A", 1), Bar("A", 2)], **NAMED)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(3, 8))
def test_ticks_span_the_figures_with_even_steps(low, span, about):
    found = ticks(low, low + span, about)

    steps = {round(after - before, 6) for before, after in pairwise(found)}
    tolerance = 1e-6 * max(1.0, abs(low), span)
    assert found[0] <= low + tolerance
    assert found[-1] >= low + span - tolerance
    assert 2 <= len(found) <= about + 2
    assert tick_decimals(found) <= 6
    assert max(steps) - min(steps) <= 2e-5 * max(1.0, abs(low))


@given(st.lists(st.floats(0, 200), min_size=1, max_size=6))
def test_moved_apart_names_keep_their_order_and_stay_near(places):
    moved = charts._apart(places, 16)

    order = sorted(range(len(places)), key=places.__getitem__)
    assert all(moved[b] - moved[a] >= 16 - 1e-6 for a, b in pairwise(order))
    assert sum(moved) == pytest.approx(sum(places), abs=1e-6)


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1), st.floats(60, 400))
def test_wrapped_lines_keep_every_word_and_fit(words_, width):
    lines = wrap(" ".join(words_), width)

    assert " ".join(lines).split() == words_
    assert all(text_width(line) <= width or " " not in line for line in lines)
