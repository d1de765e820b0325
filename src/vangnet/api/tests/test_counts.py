"""Shares of the routes, as the command line counts them, and the municipalities."""

from __future__ import annotations

import pytest
from django.utils import timezone

from vangnet.api.tests.conftest import System
from vangnet.casework import shares
from vangnet.casework.tests.desks import REASONS, SignalDesk
from vangnet.places.models import Area

pytestmark = pytest.mark.django_db


def test_the_shares_are_those_of_the_command_line_for_the_own_municipality(system, anna):
    desk = SignalDesk(anna)
    signal = system.send().json()["id"]
    desk.post("weigh", signal, begin="1")
    for code in REASONS:
        desk.step(signal, code)
    desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="1")
    today = timezone.localdate()
    told = system.get("/routes", jaar=today.year).json()
    counted = {one["code"]: {x["route"]: x["signalen"] for x in one["routes"]} for one in told["gebieden"]}
    (zutphen,) = (one for one in told["gebieden"] if one["code"] == "GM0301")
    expected = next(
        row
        for row in shares.rows(counted, on=today)
        if row["code"] == "GM0301" and row["level"] == Area.Level.MUNICIPALITY
    )

    assert (told["jaar"], told["betrouwbaarheid"]) == (today.year, 0.95)
    assert counted["GM0301"]["lokaal"] >= 1
    assert zutphen["signalen"] == expected["signals"]
    for one in zutphen["routes"]:
        same = expected["routes"][one["route"]]
        assert (one["aandeel"], one["ondergrens"], one["bovengrens"]) == (
            *(same["share"], same["low"]),
            same["high"],
        )
    assert {one["niveau"] for one in told["gebieden"]} == {"gemeente"}


def test_a_year_without_signals_is_an_empty_list(system):
    assert system.get("/routes", jaar=2001).json()["gebieden"] == []


def test_every_token_may_ask_for_the_municipalities_in_pages(db):
    system = System()
    first = system.get("/gemeenten", paginaGrootte=5).json()
    last = system.get("/gemeenten", paginaGrootte=5, pagina=1000).json()

    assert len(first["gemeenten"]) == 5
    assert {"code", "naam"} == first["gemeenten"][0].keys()
    assert first["_links"]["next"]["href"].endswith("pagina=2")
    assert last["gemeenten"] == []
    assert "next" not in last["_links"]


def test_counting_asks_few_questions(system, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        assert system.get("/routes").status_code == 200
