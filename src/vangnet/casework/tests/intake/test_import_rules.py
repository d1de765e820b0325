"""What an import asks of a file as the desk does, what its days mean, and to which file somebody says yes."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import timezone
from tests import databases

from vangnet.casework.tests.desks import SignalDesk, purpose
from vangnet.casework.tests.intake.test_imports import (
    HEAD,
    accept,
    as_csv,
    choose,
    count,
    row,
    shown_file,
)
from vangnet.vault.tests.offices import browser


@pytest.fixture
def desk(own_database, anna):
    desk = SignalDesk(anna)
    desk.database = own_database
    return desk


def test_the_day_of_the_report_is_when_it_was_received_and_not_when_it_was_seen(desk):
    told = [[*row("Z-1"), "5-2-2026"], [*row("Z-2"), ""]]
    shown = choose(desk, as_csv(*told, head=[*HEAD, "Meldingsdatum"])).content.decode()
    accept(desk)
    with databases.as_owner(desk.database) as owner:
        (first,) = owner.execute("SELECT dossier_id FROM casework_signal ORDER BY number LIMIT 1").fetchone()
        days = owner.execute(
            "SELECT observed_on, (received_at AT TIME ZONE 'Europe/Amsterdam')::date FROM casework_signal"
            " ORDER BY number"
        ).fetchall()

    assert re.search(
        r"Ontvangen</dt>\s*<dd[^>]*>\s*5 februari 2026\s*<", desk.get("signal", first).content.decode()
    )
    assert '<th scope="row">Wanneer gemeld</th><td>Meldingsdatum</td>' in shown
    assert days == [(date(2026, 2, 3), date(2026, 2, 5)), (date(2026, 2, 3), timezone.localdate())]


@pytest.mark.parametrize(("day", "said"), [("31-12-2999", "moet nog komen"), ("1-1-1900", "ligt voor 1990")])
def test_a_day_of_a_report_that_cannot_be_is_refused(desk, day, said):
    answer = choose(desk, as_csv([*row("Z-1"), day], head=[*HEAD, "Meldingsdatum"]))

    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize("column", ["Melder", "Telefoon"])
def test_an_anonymous_report_from_a_file_keeps_no_name_as_at_the_desk(desk, column):
    shown = choose(desk, as_csv(row("Z-1", Bron="Anonieme melding", **{column: "Wilhelmina Oud"})))
    text = shown.content.decode()

    assert shown.status_code == 422
    assert "Bij een anonieme melding bewaren we geen naam" in text
    assert f"<td>{column}</td>" in text
    assert "Wilhelmina" not in text


def test_a_bsn_where_the_reporter_stands_is_warned_for_and_masked_when_asked(desk, otto):
    told = row("Z-1", Bron="inwoner", Melder="Wilhelmina Oud 123456782", Telefoon="0575-000000")
    text = choose(desk, as_csv(told)).content.decode()
    unsaid = accept(desk)
    accept(desk, bsn="verbergen")
    protection = purpose("melders").pk
    with databases.as_owner(desk.database) as owner:
        (dossier,) = owner.execute("SELECT reporter FROM casework_signal").fetchone()
        (record,) = owner.execute("SELECT id FROM vault_record WHERE dossier_id = %s", [dossier]).fetchone()
    wanted = {"records": record, "reason": "behandeling"}
    opened = browser(otto).post(f"/dossiers/{protection}/{dossier}/openen/", wanted)

    assert "In 1 melding staat iets dat een burgerservicenummer lijkt" in text
    assert unsaid.status_code == 422
    assert "Wilhelmina Oud [BSN]" in opened.content.decode()


def test_a_yes_is_to_the_file_that_was_shown_and_to_no_other(desk):
    """Somebody chose another file in a second tab meanwhile."""
    first = shown_file(choose(desk, as_csv(row("Z-1"))))
    choose(desk, as_csv(row("Z-2"), row("Z-3")))
    for word in ("ja", "weg"):
        answer = desk.client.post(desk.address("import"), {"inlezen": word, "bestand": first})

        assert answer.status_code == 422
        assert "Intussen koos u een ander bestand" in answer.content.decode()
        assert "Lees 2 signalen in" in answer.content.decode()
    assert count(desk) == 0
    assert "2 signalen zijn ingelezen." in accept(desk).content.decode()


def test_a_file_that_was_chosen_longer_than_a_week_ago_does_not_stand_in_the_way(desk):
    choose(desk, as_csv(row("Z-1")))
    with databases.as_owner(desk.database) as owner:
        owner.execute("UPDATE casework_draft SET saved_at = now() - interval '8 days'")

    assert "Lees 2 signalen in" in choose(desk, as_csv(row("Z-2"), row("Z-3"))).content.decode()
