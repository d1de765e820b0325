"""Goals that return each year: what was recorded of each year stands in the list of dates and at the goal."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone

from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.strategy import annual, reporting
from vangnet.strategy.models import Goal, Progress, Strategy
from vangnet.strategy.tests.round import Desk

pytestmark = pytest.mark.django_db
LIST, REPORT = "termijnen/", "doelen/OND-26/vordering/"
WORDS = "De partners spraken af wie wat afpakt."


def told(**more: object) -> dict[str, object]:
    return {"kind": "bewijs", "on": "2021-02-01", "words": WORDS, "year": "2021", **more}


def row_of(page: str, code: str, year: int) -> str:
    rows = re.findall(r"<tr>.*?</tr>", page.split('id="elk-jaar"')[1])
    return next(row for row in rows if code in row and f"<td>{year}</td>" in row)


def labels(code: str, today: date) -> list[tuple[int, str]]:
    found = annual.years([Goal.objects.get(pk=code)], Strategy.objects.get(), None, today)
    return [(one.year, one.label) for one in found]


def test_a_year_of_which_nothing_was_said_is_in_the_list_until_somebody_does(esra, anna):
    desk, reader = Desk(esra), Desk(anna)
    assert "niets vastgelegd" in row_of(reader.get(LIST), "OND-26", 2021)
    assert desk.post(REPORT, **told()).status_code == 302

    assert WORDS in row_of(reader.get(LIST), "OND-26", 2021)
    assert "niets vastgelegd" in row_of(reader.get(LIST), "OND-26", 2022)
    assert "Stap of bewijs over 2021" in reader.get("doelen/OND-26/")
    assert "Per jaar" in reader.get("doelen/OND-26/")
    assert "Per jaar" not in reader.get("doelen/OND-20/")


def test_the_stand_of_a_year_follows_from_the_day():
    assert labels("OND-21", date(2020, 6, 1)) == [
        (2019, "vastgelegd"),
        (2020, "loopt"),
        (2021, "nog niet begonnen"),
        (2022, "nog niet begonnen"),
    ]
    assert labels("OND-21", date(2020, 1, 1))[0] == (2019, "niets vastgelegd")  # said in February
    assert labels("OND-20", date(2020, 6, 1)) == []


@pytest.mark.parametrize("more", [{"year": "2018"}, {"kind": "afgerond"}])
def test_a_year_that_is_not_of_the_goal_or_of_its_end_is_refused(esra, more):
    answer = Desk(esra).post(REPORT, **told(**more))

    assert answer.status_code == 422
    assert not Progress.objects.filter(words=WORDS).exists()


def test_only_a_goal_that_returns_asks_for_a_year_and_only_evidence_has_one(esra, petra, outsider):
    assert 'name="year"' in Desk(esra).get(REPORT)
    assert 'name="year"' not in Desk(esra).get("doelen/OND-20/vordering/")
    assert Desk(petra).client.get(f"/strategie/{REPORT}").status_code == 404
    assert outsider.get(f"/strategie/{LIST}")["location"].startswith("/account/login/")
    work = esra.memberships_on(timezone.localdate())[0].organisation
    wrong = Progress(goal="OND-26", kind="afgerond", on=date(2021, 2, 1), words="Klaar.", year=2021)
    wrong.organisation = work
    with service_session(esra), transaction.atomic(), pytest.raises(DoesNotHold, match="Stap of bewijs"):
        reporting.report(wrong, by=esra, at=timezone.now())
