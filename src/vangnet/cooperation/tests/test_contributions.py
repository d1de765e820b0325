"""The ledger of contributions: four kinds, as of a day, and that a partner writes its own lines only."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from openpyxl import load_workbook

from vangnet.cooperation import contribution_actions as actions
from vangnet.cooperation import contribution_reading as reading
from vangnet.cooperation.models import Contribution
from vangnet.cooperation.tests.conftest import Colleague
from vangnet.identity import refusals
from vangnet.identity.models import Organisation
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
WORDS = "Elke maand een lijst van leegstaande panden."


def day(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def page(client, address="", **query) -> str:
    answer = client.get(f"/netwerk/bijdragen/{address}", query)
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", answer.content.decode())


def told(**more):
    base = {"kind": "informatie", "topic": "vastgoed", "words": WORDS, "begins_on": day(-20).isoformat()}
    return base | more


def made_by(person, organisation: str = "gm0301", **more) -> Contribution:
    owner = Organisation.objects.get(slug=organisation)
    fields = {"kind": "informatie", "topic_id": "vastgoed", "words": WORDS, "begins_on": day(-20)}
    with Colleague(person).session():
        return actions.contribute(
            Contribution(organisation=owner, **fields | more), **Colleague(person).acting()
        )


def counts(person, on: date) -> dict[str, tuple[int, ...]]:
    with Colleague(person).session(), transaction.atomic():
        return {one.organisation.slug: one.counts for one in reading.shares(reading.lines(person, on))}


def test_a_partner_writes_a_line_that_everybody_reads_and_ends_it_with_a_reason(anna, bram):
    client, reader = browser(anna), browser(bram)
    key = str(uuid4())
    first = client.post("/netwerk/bijdragen/nieuw/", told(id=key))
    twice = client.post("/netwerk/bijdragen/nieuw/", told(id=key))

    assert [first.status_code, twice.status_code] == [302, 422]
    assert first["Location"] == "/netwerk/bijdragen/gm0301/"
    assert WORDS in page(reader, "gm0301/")
    assert "/stoppen/" not in page(reader, "gm0301/")
    assert WORDS in page(reader, soort="informatie")
    end = re.search(r"/netwerk/bijdragen/[0-9a-f-]+/stoppen/", page(client, "gm0301/").split(WORDS)[1])[0]
    early = client.post(end, {"on": day(-21).isoformat(), "why": "Klaar."})
    silent = client.post(end, {"on": day(-2).isoformat(), "why": ""})
    done = client.post(end, {"on": day(-2).isoformat(), "why": "De lijst staat nu online."})
    assert [early.status_code, silent.status_code, done.status_code] == [422, 422, 302]
    assert "vanaf het begin van de bijdrage" in early.content.decode()
    now, before = page(reader, "gm0301/"), page(reader, "gm0301/", op=day(-3).isoformat())
    assert "De lijst staat nu online." in now
    assert WORDS in before
    assert "De lijst staat nu online." not in before
    assert client.post(end, {"on": day().isoformat(), "why": "Nog eens."}).status_code == 422


def test_the_four_kinds_are_counted_as_of_a_day(anna):
    before = counts(anna, day(-1))["gm0301"]
    made_by(anna, kind="werkafspraak", begins_on=day())
    after = counts(anna, day())

    assert after["gm0301"] == (before[0], before[1] + 1, before[2], before[3])
    assert counts(anna, day(-1))["gm0301"] == before
    assert after["politie"][0] == 1  # what ended in 2022 counts no more
    assert counts(anna, date(2021, 1, 1))["politie"][0] == 2
    assert after["riec"][2] >= 1  # leads an expert team
    assert after["riec"][3] >= 1  # leads the plan about hennep
    early = counts(anna, date(2016, 1, 1)).values()
    assert {(one[0], one[1], one[3]) for one in early} == {(0, 0, 0)}  # seats only


def test_only_plans_that_were_adopted_or_are_a_pilot_count(anna, esra):
    """The team sees its drafts, and the ledger is the same for everybody all the same."""

    def roles(person):
        with Colleague(person).session(), transaction.atomic():
            return [one.words for one in reading.lines(person, day()) if one.kind == "project"]

    assert roles(anna) == roles(esra)
    assert any("Hennep: één jaarbeeld" in words for words in roles(anna))


@pytest.mark.attack("A-01")
def test_nobody_writes_or_ends_for_another_partner(anna, bram, petra, hugo, jan, outsider):
    made = made_by(anna)
    where = f"/netwerk/bijdragen/{made.pk}/stoppen/"
    assert outsider.get("/netwerk/bijdragen/")["Location"].startswith("/account/login/")
    for person in (bram, hugo, petra):
        assert browser(person).post(where, {"on": day().isoformat(), "why": "Nee."}).status_code == 404
        with Colleague(person).session(), transaction.atomic(), pytest.raises(NotPermitted):
            actions.end_contribution(made, on=day(), why="Nee.", **Colleague(person).acting())
    with pytest.raises(NotPermitted), transaction.atomic():
        made_by(bram)  # of Apeldoorn, for Zutphen
    with pytest.raises(NotPermitted), transaction.atomic():
        made_by(hugo)  # not the driving team either
    with pytest.raises(NotPermitted), transaction.atomic():
        made_by(petra)  # of Zutphen, in another role
    assert "Leg een bijdrage vast" not in page(browser(petra))
    assert browser(petra).get("/netwerk/bijdragen/nieuw/").status_code == 404


def test_of_two_who_end_a_line_the_second_is_told_and_words_stay(anna, otto):
    made = made_by(anna)
    with Colleague(anna).session():
        actions.end_contribution(made, on=day(-1), why="Klaar.", **Colleague(anna).acting())
    with Colleague(otto).session(), transaction.atomic(), pytest.raises(DoesNotHold, match="stopte deze"):
        actions.end_contribution(made, on=day(), why="Ook.", **Colleague(otto).acting())
    other = made_by(anna, words="Iets anders.")
    with Colleague(anna).session(), transaction.atomic(), pytest.raises(DoesNotHold), refusals.rules():
        Contribution.objects.filter(pk=other.pk).update(words="Herschreven.")
    with Colleague(anna).session(), transaction.atomic(), pytest.raises(DoesNotHold, match="tot vandaag"):
        actions.end_contribution(other, on=day(1), why="Morgen.", **Colleague(anna).acting())


def test_the_ledger_of_a_day_is_there_as_a_workbook(anna):
    answer = browser(anna).get("/netwerk/bijdragen.xlsx", {"op": "2021-01-01"})
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))

    assert answer["Content-Disposition"] == 'attachment; filename="bijdragen-2021-01-01.xlsx"'
    assert rows[0][:3] == ("Op", "Partner", "Soort")
    assert {row[2] for row in rows[1:]} >= {"Informatie", "Werkafspraak"}


def test_a_day_that_is_none_is_named(anna):
    answer = browser(anna).get("/netwerk/bijdragen/", {"op": "31-31-2020"})

    assert answer.status_code == 422
