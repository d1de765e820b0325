"""Capacity: who says what of hours, what is never taken for zero, and what the numbers come to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests import databases

from vangnet.cooperation import capacity_actions as actions
from vangnet.cooperation.models import CapacityStatement, CapacityYearStep
from vangnet.cooperation.tests.conftest import Colleague
from vangnet.cooperation.tests.hours import NOW, PAST, ask, made, page, send, tell, used
from vangnet.directory.models import ThemePartner
from vangnet.identity.models import OrganisationKind
from vangnet.identity.operator import operator, service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.strategy.plans import Limit, PlanVersion
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db


# --- who ---


@pytest.mark.attack("A-01")
def test_only_who_binds_an_organisation_offers_its_hours(
    anna, otto, bram, carla, petra, hugo, frank, chief, outsider
):
    assert tell(chief, "toegezegd", 900, organisation="politie").hours == 900
    assert tell(anna, "toegezegd", 100, organisation="gm0301").number == 1
    for person, organisation in ((bram, "gm0301"), (petra, "gm0301"), (hugo, "politie"), (frank, "om")):
        with pytest.raises(NotPermitted):
            tell(person, "toegezegd", 5, organisation=organisation, topic="informatiegestuurd-werken")
    for person, asked in (
        (otto, "gevraagd"),
        (petra, "toegezegd"),
        (carla, "toegezegd"),
        (petra, "gebruikt"),
    ):
        page(browser(person), f"{asked}/nieuw/", 404)
    assert outsider.get("/netwerk/capaciteit/").status_code == 302
    assert outsider.get("/netwerk/capaciteit.csv").status_code == 302
    shown = page(browser(petra))
    assert "Toegezegd per partner" in shown  # who works for a partner reads, without buttons
    assert "Zeg uren toe" not in shown


@pytest.mark.attack("A-01")
def test_who_sits_for_a_partner_tells_what_it_used_and_a_team_what_its_plan_asks(carla, mo, lotte, anna):
    quarter = {"first_month": 1, "last_month": 3}
    assert tell(mo, "gebruikt", 40, organisation="veiligheidshuis", topic="kwetsbare-personen", **quarter)
    assert tell(carla, "gebruikt", 40, organisation="politie", **quarter)
    for person, organisation in ((mo, "veiligheidshuis"), (carla, "politie")):
        with pytest.raises(NotPermitted):
            tell(person, "toegezegd", 5, organisation=organisation)
    with pytest.raises(NotPermitted):
        tell(anna, "gebruikt", 5, organisation="politie", **quarter)
    with Colleague(lotte).session():
        plan = PlanVersion.objects.heads().get(plan__topic="hennep").plan
    assert ask(lotte, 300, plan=plan).plan == plan
    with pytest.raises(NotPermitted):
        ask(lotte, 300)
    told = {"topic": "ondermijning", "year": PAST, "hours": "3", "source": "Plan."}
    assert "verplicht" in send(browser(lotte), "gevraagd/nieuw/", 422, **told)


def test_the_database_keeps_a_number_from_being_rewritten(anna):
    told = tell(anna, "toegezegd", 100, organisation="gm0301")
    with Colleague(anna).session(), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        CapacityStatement.objects.filter(pk=told.pk).update(hours=1)
    with databases.as_owner(connection.settings_dict["NAME"]) as owner:
        seen = owner.execute(
            "SELECT relforcerowsecurity FROM pg_class WHERE relname LIKE 'cooperation_cap%statement'"
        )
        assert seen.fetchall() == [(True,)]


# --- when, and for what ---


def test_a_partner_outside_the_theme_is_told_how_to_mend_that(bram, anna):
    client = browser(bram)
    never = send(client, "toegezegd/nieuw/", 422, topic="cybercrime", year=NOW, hours="10")
    assert "doet in deze periode niet mee in dit thema" in never
    assert "Wie doet mee" in never
    deventer = {"organisation": "gm0150", "topic": "cybercrime"}  # took part until 2021-06-01
    with service_session(operator()):
        acting = {"by": operator(), "at": timezone.now()}
        kept = actions.state(made("toegezegd", 80, year=2021, **deventer), **acting)
        with pytest.raises(DoesNotHold, match="uit dit thema vertrokken"):
            actions.state(made("toegezegd", 80, year=2022, **deventer), **acting)
        quarter = {"first_month": 7, "last_month": 9}
        with pytest.raises(DoesNotHold, match="uit dit thema vertrokken"):
            actions.state(made("gebruikt", 8, year=2021, **quarter, **deventer), **acting)
        assert kept.hours == 80
        # A municipality that merged: its part in the theme was never ended, and still it tells nothing more.
        gone = OrganisationKind.objects.filter(period__endswith__lt=date(2020, 1, 1)).first()
        ThemePartner.objects.create(
            organisation=gone.organisation,
            topic_id="cybercrime",
            period=(date(2018, 1, 1), None),
            joined_for="begin",
        )
        with pytest.raises(DoesNotHold, match="bestaat in deze periode niet meer"):
            actions.state(
                made("toegezegd", 8, organisation=gone.organisation.slug, topic="cybercrime"), **acting
            )


def test_who_left_during_the_year_offers_less_and_not_more(anna, hugo):
    told = tell(anna, "toegezegd", 100, organisation="gm0301", year=NOW + 1)
    with service_session(operator()):
        taking = ThemePartner.objects.get(organisation__slug="gm0301", topic="ondermijning")
        taking.period, taking.left_for = (taking.period.lower, timezone.localdate()), "capaciteit"
        taking.save()
    again = {"reason": "Wij stoppen.", **Colleague(anna).acting()}
    with Colleague(anna).session():
        assert actions.restate(told, seen=1, hours=Decimal(20), **again).number == 2
        with pytest.raises(DoesNotHold, match="uit dit thema vertrokken"):
            actions.restate(told, seen=2, hours=Decimal(30), **again)


def test_a_subject_without_extra_capacity_takes_no_hours_with_the_words_of_a_plan(anna, hugo, lotte):
    with Colleague(lotte).session():
        plan = PlanVersion.objects.heads().get(plan__topic="hennep").plan
    with service_session(operator()):
        limit = Limit.objects.create(
            topic_id="hennep",
            kind="platform",
            reason="Kennis delen kan wel.",
            period=(date(PAST, 1, 1), None),
        )
    year = {"year": PAST, "plan_id": str(plan.pk)}
    told = {"topic": "ondermijning", "period": "1-3", "hours": "12", **year}
    said = send(browser(anna), "gebruikt/nieuw/", 422, **told)
    assert "Voor dit onderwerp zet het netwerk nu geen extra capaciteit of geld in" in said
    assert "Alleen kennisplatform: Kennis delen kan wel." in said
    assert send(browser(anna), "gebruikt/nieuw/", **told | {"hours": "0"})  # nothing is no hours
    assert send(browser(anna), "gebruikt/nieuw/", **told | {"plan_id": ""})  # and of the theme it may be
    with service_session(operator()):  # a theme as a whole
        Limit.objects.create(
            topic_id="ondermijning", kind="geen-extra", reason="Nu niet.", period=(date(NOW, 1, 1), None)
        )
    with pytest.raises(DoesNotHold, match=r"geen extra capaciteit .* Geen extra capaciteit: Nu niet"):
        tell(anna, "toegezegd", 5, organisation="gm0301", year=NOW + 1)
    with pytest.raises(DoesNotHold, match="geen extra capaciteit"):
        ask(hugo, 5, year=NOW + 1)
    assert limit.pk


def test_a_plan_of_another_theme_takes_no_hours_of_this_one(anna, lotte):
    with Colleague(lotte).session():
        plan = PlanVersion.objects.heads().get(plan__topic="hennep").plan
    told = made("gevraagd", 5, topic="cybercrime", plan=plan, source="Plan.")
    with service_session(operator()), pytest.raises(DoesNotHold, match="hoort niet bij dit thema"):
        actions.state(told, by=operator(), at=timezone.now())


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ("-5", "nooit minder dan nul"),
        ("\N{MINUS SIGN}5", "nooit minder dan nul"),
        ("200.001", "meer dan 200.000 uur"),
        ("1e400", "met cijfers"),
        ("37.5", "Schrijf een komma"),
        ("37,55", "één cijfer achter de komma"),
        ("veel", "met cijfers"),
        ("\u0663", "met cijfers"),
        ("", "verplicht"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_how_to_write_them(anna, hours, says):
    told = {"topic": "ondermijning", "year": PAST, "hours": hours}
    assert says in send(browser(anna), "toegezegd/nieuw/", 422, **told)


def test_a_year_or_a_month_that_cannot_be_is_refused(anna):
    client = browser(anna)
    for year in ("1", "2014", str(NOW + 6), "99999999999999999999"):
        said = send(client, "toegezegd/nieuw/", 422, topic="ondermijning", year=year, hours="1")
        assert f"van 2015 tot en met {NOW + 5}" in said
    told = {"topic": "ondermijning", "year": NOW + 1, "hours": "1"}
    assert "nog niet begonnen" in send(client, "gebruikt/nieuw/", 422, period="1-3", **told)
    assert send(client, "toegezegd/nieuw/", **told)
    assert send(client, "toegezegd/nieuw/", topic="ondermijning", year=PAST, hours=" 1.237,5 ")
    with Colleague(anna).session():
        assert CapacityStatement.objects.get(year=PAST).hours == Decimal("1237.5")
    assert "burgerservicenummer" in send(
        client,
        "toegezegd/nieuw/",
        422,
        topic="ondermijning",
        year=NOW + 2,
        hours="1",
        source="Bel 123456782.",
    )


# --- changed, twice, at once ---


def test_an_offer_changes_during_the_year_with_a_reason_and_its_history_shows(anna, otto, bram):
    where = f"opgave/{tell(anna, 'toegezegd', 100, organisation='gm0301').series}/"
    client, other = browser(anna), browser(otto)
    assert "verplicht" in send(client, f"{where}wijzigen/", 422, seen="1", hours="80", reason="")
    send(client, f"{where}wijzigen/", seen="1", hours="80,5", reason="Een collega is ziek.")
    clash = send(other, f"{where}wijzigen/", 422, seen="1", hours="120", reason="Er komt iemand bij.")
    assert "80,5 uur, vastgelegd door Anna de Wit" in clash
    assert "Een collega is ziek." in clash
    assert 'name="seen" value="2"' in clash  # looked at: sent once more, it counts
    send(other, f"{where}wijzigen/", seen="2", hours="120", reason="Er komt iemand bij.")
    shown = page(browser(bram), where)
    assert all(words in shown for words in ("100 uur", "80,5 uur", "120 uur", "Een collega is ziek.", "Otto"))
    assert "Pas aan" not in shown
    page(browser(bram), f"{where}wijzigen/", 404)
    assert "kruis aan dat u de opgave intrekt" in send(
        client, f"{where}wijzigen/", 422, seen="3", hours="", reason="Weg."
    )
    send(client, f"{where}wijzigen/", seen="3", withdrawn="on", hours="", reason="Nog niet besloten.")
    assert "ingetrokken" in page(client, "partner/gm0301/", jaar=PAST)


def test_what_is_sent_twice_is_kept_once_and_a_second_number_says_what_is_there(anna, otto):
    told = {"id": str(uuid4()), "topic": "ondermijning", "year": PAST, "hours": "100"}
    client = browser(anna)
    send(client, "toegezegd/nieuw/", **told)
    assert "twee keer verstuurd" in send(client, "toegezegd/nieuw/", 422, **told)
    said = send(browser(otto), "toegezegd/nieuw/", 422, **told | {"id": str(uuid4()), "hours": "70"})
    assert "Nu staat er: 100 uur, vastgelegd door Anna de Wit" in said
    with Colleague(anna).session():
        assert CapacityStatement.objects.filter(year=PAST).count() == 1


def test_hours_of_a_month_are_told_once(anna):
    mine = {"organisation": "gm0301"}
    quarter = tell(anna, "gebruikt", **used(30, 1, 3), **mine)
    with pytest.raises(DoesNotHold, match="al uren vastgelegd"):
        tell(anna, "gebruikt", **used(10, 2, 2), **mine)
    with pytest.raises(DoesNotHold, match="Nu staat er: 30 uur"):
        tell(anna, "gebruikt", **used(10, 1, 3), **mine)
    with Colleague(anna).session():
        withdrawn = {"seen": 1, "hours": None, "reason": "Per maand."}
        actions.restate(quarter, **withdrawn, **Colleague(anna).acting())
    assert tell(anna, "gebruikt", **used(10, 2, 2), **mine)
    for first, last in ((2, 4), (1, 2), (0, 0), (12, 14)):
        with pytest.raises(DoesNotHold):
            tell(anna, "gebruikt", **used(10, first, last), **mine)


# --- a year is settled ---


def test_the_driving_team_closes_a_year_that_is_over_and_then_nobody_adds_to_it(anna, hugo, otto):
    told = tell(anna, "toegezegd", 100, organisation="gm0301")
    client, team = browser(anna), browser(hugo)
    page(client, f"jaar/{PAST}/afsluiten/", 404)
    page(team, "jaar/99999999/afsluiten/", 404)
    assert "als het voorbij is" in send(team, f"jaar/{NOW}/afsluiten/", 422, seen="0", reason="Klaar.")
    assert "<span" in page(client, jaar=PAST)
    send(team, f"jaar/{PAST}/afsluiten/", seen="0", reason="Besproken.")
    assert "definitief" in page(client, jaar=PAST)
    assert "definitief" in page(client, f"opgave/{told.series}/")
    again = {"seen": "1", "hours": "90", "reason": "Anders."}
    assert "te heropenen" in send(client, f"opgave/{told.series}/wijzigen/", 422, **again)
    assert "intussen" in send(team, f"jaar/{PAST}/afsluiten/", 422, seen="0", reason="Nog eens.")
    step = CapacityYearStep(year=PAST, number=2, kind="heropenen", reason="Toch.")
    with Colleague(otto).session(), pytest.raises(NotPermitted):
        actions.settle(step, **Colleague(otto).acting())
    send(team, f"jaar/{PAST}/heropenen/", seen="1", reason="Zutphen telde dubbel.")
    send(client, f"opgave/{told.series}/wijzigen/", **again)
    shown = page(client, jaar=PAST)
    assert "Zutphen telde dubbel." in shown
    assert "opgave</span>" in shown
