"""The story of one area."""

from datetime import date

import pytest

from vangnet.places.actions import AreaRow, TransitionRow, record_geography
from vangnet.places.atlas import Atlas, join
from vangnet.places.models import Area


def _story(client, code):
    page = client.get(f"/gebieden/{code}/")
    assert page.status_code == 200
    return page


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("GM0241", "Erbij gekomen: Millingen aan de Rijn en Ubbergen"),
        ("GM0241", "Nieuwe naam en code: Berg en Dal"),
        ("GM1945", "Voortgekomen uit Groesbeek (naamswijziging)"),
        ("GM0265", "Opgegaan in Groesbeek, samen met"),
        ("GM0236", "Opgegaan in West Betuwe, samen met"),
        ("GM1960", "Ontstaan uit Geldermalsen, Lingewaal en Neerijnen"),
        ("GM0196", "Opgegaan in Zevenaar"),
        ("GM0299", "Erbij gekomen: Rijnwaarden"),
        ("GM0301", "Geen herindeling of naamswijziging"),
    ],
)
def test_origin_and_fate_are_told(sign_in, anna, code, told):
    text = _story(sign_in(anna), code).content.decode()

    words = [event["title"] for event in _story(sign_in(anna), code).context["timeline"]]
    assert told in text
    assert told == "Geen herindeling of naamswijziging" or any(title.startswith(told) for title in words)


def test_what_is_gone_leads_to_what_it_is_now(sign_in, anna):
    page = _story(sign_in(anna), "GM0265")

    assert [heir.name for heir in page.context["heirs"]] == ["Berg en Dal"]
    assert "bestond tot 1 januari 2015" in page.content.decode()


def test_an_area_shows_where_it_belongs(sign_in, anna):
    page = _story(sign_in(anna), "GM0301")

    assert {(label, whole.name) for label, whole in page.context["wholes"]} == {
        ("Politiedistrict", "Noord- en Oost-Gelderland"),
        ("Provincie", "Gelderland"),
    }


def test_a_district_lists_its_municipalities_of_today(sign_in, anna):
    page = _story(sign_in(anna), "ON-TWE")

    assert len(page.context["members"]) == 14


@pytest.mark.parametrize("code", ["GM9999", "zutphen", "GM0301x"])
def test_an_unknown_area_does_not_exist(sign_in, anna, code):
    assert sign_in(anna).get(f"/gebieden/{code}/").status_code == 404


@pytest.mark.parametrize("code", ["GM0301", "GM0241", "ON-TWE", "ON", "NL", "PV25"])
def test_every_kind_of_area_has_its_page_in_few_queries(sign_in, anna, code, django_assert_max_num_queries):
    client = sign_in(anna)

    with django_assert_max_num_queries(8):
        _story(client, code)


def test_an_outsider_is_asked_to_sign_in(outsider):
    assert outsider.get("/gebieden/GM0301/")["location"].startswith("/account/login/")


def test_a_split_and_a_renaming_are_told_with_their_shares(db):
    """A geography of three invented areas: one is split over two others, one of those is renamed later."""
    split, renamed = date(2020, 1, 1), date(2022, 1, 1)
    record_geography(
        [
            AreaRow("X1", "gemeente", "Oud", until=split),
            AreaRow("X2", "gemeente", "Noord", until=renamed),
            AreaRow("X2", "gemeente", "Noordoord", since=renamed),
            AreaRow("X3", "gemeente", "Zuid"),
        ],
        [
            TransitionRow(split, "X1", "X2", "splitsing", 0.6),
            TransitionRow(split, "X1", "X3", "splitsing", 0.4),
        ],
        by=None,
        at=date(2024, 1, 1),
    )
    atlas = Atlas.load()

    assert [event.title for event in atlas.events("X1")] == ["Verdeeld over Noord (60 %) en Zuid (40 %)"]
    assert [event.title for event in atlas.events("X2")] == [
        "Erbij gekomen: Oud (60 %)",
        "Naam gewijzigd van Noord in Noordoord",
    ]
    assert atlas.heirs("X1", on=date(2023, 1, 1)) == ["X2", "X3"]
    assert atlas.name("X2", on=date(2021, 1, 1)) == "Noord"


def test_the_atlas_agrees_with_the_querysets(db):
    atlas = Atlas.load()

    for day in (date(2012, 1, 1), date(2014, 12, 31), date(2015, 1, 1), date(2018, 1, 1), date(2026, 1, 1)):
        asked = Area.objects.as_of(day).of_level(Area.Level.MUNICIPALITY)
        assert set(atlas.municipalities(on=day)) == {area.code for area in asked}
        for whole in ("ON", "ON-GZU", "PV25"):
            assert set(atlas.within(whole, on=day)) == {area.code for area in asked.within(whole, on=day)}


@pytest.mark.parametrize(
    ("names", "written"), [([], ""), (["A"], "A"), (["A", "B"], "A en B"), (["A", "B", "C"], "A, B en C")]
)
def test_names_are_joined_in_dutch(names, written):
    assert join(names) == written
