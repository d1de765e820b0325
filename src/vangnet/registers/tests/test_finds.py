"""Hennep and synthetic drugs: kinds and counts, lines for who enters them."""

import re

import pytest

from vangnet.registers.tests.keepers import FIND, Keeper
from vangnet.registers.tests.test_gains import row

LONG_AGO = {"happened_on": "2003-03-02"}  # a year that the demonstration has no lines of
LAB = {**FIND, **LONG_AGO, "kind": "lab", "building": "loods", "fire_hazard": "onbekend", "facilitators": []}


def test_a_dismantling_counts_per_area_with_fire_hazard_and_kinds_of_facilitators(keeper, anna):
    keeper(anna).find(**LONG_AGO)
    keeper(anna).find(**LONG_AGO, illegal_power="ja", fire_hazard="nee")
    page = keeper(anna).get("vondsten/hennep/", jaar="2003")

    for place in ("Zutphen", "Noord- en Oost-Gelderland", "Oost-Nederland"):
        assert row(page, place)[1:] == ["2", "1", "1"]
    assert row(page, "Verhuurder of eigenaar van het pand") == ["2"]


def test_what_is_not_known_is_said_and_never_counted_as_no(keeper, anna):
    keeper(anna).find(**LONG_AGO, fire_hazard="onbekend", illegal_power="nee")
    keeper(anna).find(**LONG_AGO, fire_hazard="onbekend", illegal_power="onbekend")
    keeper(anna).find(**LONG_AGO, fire_hazard="ja", illegal_power="ja")
    page = keeper(anna).get("vondsten/hennep/", jaar="2003")

    said = "Niet bekend is bij 2 of er brandgevaar was en bij 1 of er illegale stroom was"
    assert said in page
    assert "Niet bekend is" not in keeper(anna).get("vondsten/synthetische-drugs/", jaar="2003")


def test_labs_storage_and_dumps_are_counted_by_kind(keeper, anna, carla):
    address = "vondsten/synthetische-drugs/"
    assert keeper(carla).post(f"{address}regels/nieuw/", **LAB).status_code == 302
    assert keeper(carla).post(f"{address}regels/nieuw/", **LAB | {"kind": "dumping"}).status_code == 302
    page = keeper(anna).get(address, jaar="2003")

    assert row(page, "Zutphen")[1:] == ["1", "geen opgave", "1"]
    assert "geen opgave" in keeper(anna).get("vondsten/hennep/", jaar="2003")


def test_a_find_is_corrected_in_its_own_register_only(keeper, anna):
    desk = keeper(anna)
    desk.find(**LONG_AGO)
    page = desk.get("vondsten/hennep/regels/", pagina="999")
    line = re.findall(r"regels/([0-9a-f-]{36})/corrigeren", page)[-1]
    told = {**FIND, **LONG_AGO, "size": "groot", "reason": "verschrijving"}

    assert (
        desk.client.get(f"/registers/vondsten/synthetische-drugs/regels/{line}/corrigeren/").status_code
        == 404
    )
    assert desk.post(f"vondsten/hennep/regels/{line}/corrigeren/", **told).status_code == 302
    assert row(desk.get("vondsten/hennep/", jaar="2003"), "Zutphen")[1] == "1"
    assert "omvang groot" in desk.get("vondsten/hennep/regels/", pagina="999")


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"kind": "lab"}, "keuze"),
        ({"facilitators": ["jan-jansen"]}, "keuze"),
        ({"building": "dorpsstraat-1"}, "keuze"),
        ({"place": "GM0200"}, "keuze"),
        ({"happened_on": "2999-01-01"}, "moet nog komen"),
        ({"fire_hazard": ""}, "verplicht"),
    ],
)
def test_a_bad_find_is_refused_in_words(keeper, anna, told, complaint):
    answer = keeper(anna).post("vondsten/hennep/regels/nieuw/", **{**FIND, **told})

    assert answer.status_code == 422
    assert complaint in answer.content.decode()


def test_a_register_that_is_not_there_is_not_found(keeper, anna):
    assert keeper(anna).client.get("/registers/vondsten/wapens/").status_code == 404


def test_pages_take_few_queries(keeper, anna, django_assert_max_num_queries):
    desk = keeper(anna)
    for address in ("vondsten/hennep/", "vondsten/hennep/regels/", "vondsten/synthetische-drugs/"):
        desk.get(address)
        with django_assert_max_num_queries(15):
            desk.get(address)


def test_the_download_has_counts_and_no_days(keeper, anna):
    Keeper(anna).find(**LONG_AGO)
    text = keeper(anna).client.get("/registers/vondsten/hennep/aantallen.csv").content.decode("utf-8-sig")

    assert "2003;GM0301;Zutphen;Hennepkwekerij;1;1;0;definitief;Eigen administratie" in text
    assert "2003-03-02" not in text


def test_an_outsider_is_asked_to_sign_in(outsider):
    for address in ("vondsten/hennep/", "vondsten/hennep/regels/", "vondsten/hennep/aantallen.csv"):
        assert outsider.get(f"/registers/{address}")["Location"].startswith("/account/login/")
