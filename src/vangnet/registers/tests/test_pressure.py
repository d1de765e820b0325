"""Resilience per municipality, and pressure on people in office that few may see."""

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
