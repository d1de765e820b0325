"""Resilience per municipality, and pressure on people in office that few may see."""

import re

import pytest

from vangnet.registers.tests.keepers import Keeper

STAND = {
    "protocol_since": "2024-05-01",
    "contact": "griffier",
    "exercised_on": "2026-02-01",
    "checked_on": "2026-03-02",
}
REPORT = {"month": "2026-02", "kind": "bezoek", "target": "wethouder", "reported": "ja"}


def test_an_adviser_keeps_protocol_contact_and_exercise_and_the_gaps_show(keeper, anna):
    desk = keeper(anna)
    without = {**STAND, "protocol_since": "", "exercised_on": "2020-01-01"}
    assert desk.post("weerbaarheid/bijwerken/", **without).status_code == 302
    before = desk.get("weerbaarheid/")
    assert desk.post("weerbaarheid/bijwerken/", **STAND).status_code == 302

    assert "Zutphen: protocol, oefening." in before
    assert "Uw gemeente is bij" in desk.get("weerbaarheid/")


def test_everybody_of_the_network_reads_resilience_and_only_advisers_change_it(keeper, carla, greet):
    assert "Zutphen" in keeper(carla).get("weerbaarheid/")
    for who in (carla, greet):
        assert keeper(who).client.get("/registers/weerbaarheid/bijwerken/").status_code == 404
        assert keeper(who).post("weerbaarheid/bijwerken/", **STAND).status_code == 404


def seen_by(who) -> int:
    return Keeper(who).get("weerbaarheid/intimidatie/").count("<td>Bezoek aan huis</td><td>Wethouder</td>")


def test_pressure_is_seen_by_mayor_privacy_officer_and_who_reported_it(
    keeper, anna, otto, petra, greet, ineke, bram, esra, hugo, karel
):
    people = (anna, otto, petra, greet, ineke, bram, esra, hugo, karel)
    before = [seen_by(who) for who in people]
    assert keeper(petra).post("weerbaarheid/intimidatie/melden/", **REPORT).status_code == 302
    more = [seen_by(who) - was for who, was in zip(people, before, strict=True)]

    assert more == [0, 0, 1, 1, 1, 0, 0, 0, 0]


def a_report(who) -> str:
    """Report pressure and return the address to mend it."""
    desk = Keeper(who)
    known = set(links(who))
    assert desk.post("weerbaarheid/intimidatie/melden/", **{**REPORT, "reported": "nee"}).status_code == 302
    (new,) = set(links(who)) - known
    return new


def links(who) -> list[str]:
    page = Keeper(who).get("weerbaarheid/intimidatie/")
    return re.findall(r"weerbaarheid/intimidatie/[0-9a-f-]{36}/", page)


def test_charges_that_follow_replace_the_report_and_it_counts_once(keeper, petra, greet):
    address, before = a_report(petra), seen_by(greet)
    begins = keeper(greet).get(address)
    first = keeper(greet).post(address, **REPORT, reason="vervolg")
    again = keeper(petra).post(address, **REPORT, reason="verschrijving")

    assert 'value="2026-02"' in begins
    assert first.status_code == 302
    assert again.status_code == 422
    assert "intussen al bijgewerkt" in again.content.decode()
    assert seen_by(greet) == before
    assert "bijgewerkt: er is later aangifte gedaan" in keeper(greet).get("weerbaarheid/intimidatie/")


def test_a_double_report_counts_no_more(keeper, petra, greet):
    before = seen_by(greet)
    address = a_report(petra)

    assert keeper(petra).post(address, **REPORT).status_code == 422  # it has to say why
    assert keeper(petra).post(address, **REPORT, reason="dubbel", is_void="on").status_code == 302
    assert seen_by(greet) == before


def test_nobody_mends_a_report_of_another_but_who_watches(keeper, petra, anna, otto, bram, carla):
    address = a_report(petra)
    for who in (anna, otto, bram, carla):
        assert keeper(who).client.get(f"/registers/{address}").status_code == 404
        assert keeper(who).post(address, **REPORT, reason="dubbel").status_code == 404


@pytest.mark.parametrize("who", ["carla", "esra", "hugo", "karel", "frank"])
def test_who_works_for_no_municipality_reports_nothing(keeper, request, who):
    desk = keeper(request.getfixturevalue(who))

    assert desk.client.get("/registers/weerbaarheid/intimidatie/melden/").status_code == 404
    assert desk.post("weerbaarheid/intimidatie/melden/", **REPORT).status_code == 404


def test_there_is_no_room_for_words(keeper, anna):
    for address in ("weerbaarheid/bijwerken/", "weerbaarheid/intimidatie/melden/"):
        page = keeper(anna).get(address)
        assert "<textarea" not in page
        assert page.count('type="text"') == 0


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"month": "2999-01"}, "moet nog komen"),
        ({"month": "februari"}, "jaar en maand"),
        ({"month": "2026-02-14"}, "jaar en maand"),
        ({"target": "jan-jansen"}, "keuze"),
        ({"kind": ""}, "verplicht"),
    ],
)
def test_a_bad_report_is_refused_in_words(keeper, anna, told, complaint):
    answer = keeper(anna).post("weerbaarheid/intimidatie/melden/", **{**REPORT, **told})

    assert answer.status_code == 422
    assert complaint in answer.content.decode()


def test_pages_take_few_queries(keeper, anna, django_assert_max_num_queries):
    desk = keeper(anna)
    for address in ("weerbaarheid/", "weerbaarheid/intimidatie/"):
        with django_assert_max_num_queries(14):
            desk.get(address)


def test_an_outsider_is_asked_to_sign_in(outsider):
    for address in ("weerbaarheid/", "weerbaarheid/intimidatie/", "weerbaarheid/intimidatie/melden/"):
        assert outsider.get(f"/registers/{address}")["Location"].startswith("/account/login/")
