"""Pages of meetings: read by the network, kept by who speaks for a body, worked through item by item."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from vangnet.directory import actions as directory
from vangnet.directory.models import Holder, Seat, Topic
from vangnet.identity.models import Organisation
from vangnet.meetings import actions
from vangnet.meetings.models import ActionPoint, Ruling, Stop
from vangnet.meetings.tests.conftest import Secretary
from vangnet.strategy.models import Verdict
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
PAGES = ("", "?overleg=dvo-twente", "mijn/")


def page(client, address, status=200, **query):
    answer = client.get(f"/vergaderingen/{address}", query)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def hidden(shown: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def send(client, address, status=302, **told):
    told = hidden(page(client, address)) | told
    answer = client.post(f"/vergaderingen/{address}", told)
    assert answer.status_code == status, answer.content.decode()
    return answer["Location"].removeprefix("/vergaderingen/") if status == 302 else answer.content.decode()


def test_a_secretary_plans_fills_holds_and_adopts_a_meeting(frank, greet, twente, bbg):
    client, today = browser(frank), timezone.localdate()
    note = {"aim": "besluit", "occasion": "Twee branden.", "asked": "Stem in met een controle."}
    point = send(client, "punten/nieuw/dvo-twente/", title="Vakantieparken", **note)
    when = {
        "day": today,
        "begins": "00:00",
        "ends": "23:59",
        "place": "Zaal",
        "kind": "overleg",
        "held": "on",
    }
    meeting = send(client, "nieuw/dvo-twente/", **when)
    (place,) = re.findall(r'name="(plaats-[0-9a-f-]+)"', page(client, f"{meeting}agenda/"))
    send(client, f"{meeting}agenda/", **{place: "1"})
    assert "Vakantieparken" in page(client, meeting)

    told = {"outcome": "doorgestuurd", "to": "bbg", "words": "Akkoord.", "reservations": "Mits geld."}
    send(client, f"{point}besluit/", **told)
    send(client, f"{point}actie/", what="Maak een plan", owner=str(greet.pk), due_on=today + timedelta(30))
    shown = page(client, f"{meeting}aanwezigheid/")
    seats = re.findall(r'name="hoe-([0-9a-f-]+)"', shown)
    send(client, f"{meeting}aanwezigheid/", **{f"hoe-{seat}": "aanwezig" for seat in seats})
    send(client, f"{meeting}vaststellen/", adopted_on=today)
    shown = page(client, meeting)

    assert "Doorgestuurd aan Bestuurlijke Begeleidingsgroep" in shown
    assert "Voorbehoud: Mits geld." in shown
    assert "Besluitenlijst vastgesteld" in shown
    assert "Quinten Hofstra" in shown
    assert "Maak een plan" in page(browser(greet), "mijn/")
    (waits,) = bbg.waiting()
    assert "Vastgelegd door" in page(browser(greet), f"punten/{waits.pk}/")
    assert "Mits geld." in page(browser(greet), f"punten/{waits.pk}/")


def test_two_secretaries_at_once_are_told_and_keep_what_they_typed(frank, twente):
    stop = twente.raise_matter()
    sitting = twente.held(stop)
    first, second = browser(frank), browser(frank)
    address = f"punten/{stop.pk}/besluit/"
    seen = hidden(page(second, address))
    send(first, address, outcome="besloten", words="Wij stemmen in.")
    answer = second.post(
        f"/vergaderingen/{address}", seen | {"outcome": "afgewezen", "words": "Wij stemmen tegen."}
    )
    old = {"seen": "1", "adopted_on": timezone.localdate()}

    assert answer.status_code == 422
    assert "intussen gewijzigd" in answer.content.decode()
    assert "Wij stemmen tegen." in answer.content.decode()
    assert "intussen gewijzigd" in send(first, f"{sitting.pk}/vaststellen/", 422, **old)
    with twente.session():
        assert [one.outcome for one in Ruling.objects.filter(stop=stop)] == ["besloten"]


def test_an_adopted_decision_is_mended_on_its_page_and_the_first_version_stays_readable(frank, twente):
    stop = twente.raise_matter()
    sitting = twente.held(stop)
    twente.rule(stop)
    twente.attend(sitting)
    twente.adopt(sitting)
    address = f"punten/{stop.pk}/"
    assert "hersteld" in send(browser(frank), f"{address}besluit/", 422, outcome="besloten", words="Beter.")
    send(
        browser(frank), f"{address}besluit/", outcome="besloten", words="Beter.", reason="Stond er verkeerd."
    )
    shown = page(browser(frank), address)

    assert "Stond er verkeerd." in shown
    assert "Zo besloten." in shown


def test_a_change_of_the_strategy_is_on_the_list_by_itself_and_is_judged_there(frank, twente, proposal):
    version = proposal
    client = browser(frank)
    assert "Thema: Ondermijning (wijziging)" in page(client, "?overleg=dvo-twente")
    assert "Thema: Ondermijning" not in page(client, "?overleg=bbg")  # the districts first

    sitting = twente.held()
    send(client, f"{sitting.pk}/agenda/", **{f"plaats-{version.pk}": "1"})
    with twente.session():
        stop = Stop.objects.get(sitting=sitting)
    shown = page(client, f"punten/{stop.pk}/")
    judge = f"/strategie/wijzigingen/{version.pk}/oordeel/dvo/dvo-twente/"
    assert judge in shown
    send(client, f"punten/{stop.pk}/besluit/", 422, outcome="besloten", words="Ja.")  # not decided twice
    client.post(judge, {"outcome": "akkoord", "decided_on": timezone.localdate()})
    shown = page(client, f"{sitting.pk}/")
    assert "Akkoord" in shown
    assert "Thema: Ondermijning (wijziging)" not in page(client, "?overleg=dvo-twente").split("Wat wacht")[-1]
    assert Verdict.objects.filter(body="dvo-twente", version=version).count() == 1


def test_a_meeting_of_a_body_without_a_chair_says_so_and_where_to_mend_it(hugo, anna):
    team = Secretary(hugo, "expertteam-cybercrime")
    sitting = team.plan()
    assert "heeft op deze dag geen voorzitter" in page(browser(anna), f"{sitting.pk}/")
    shown = page(browser(hugo), f"{sitting.pk}/")
    address = re.search(r'href="(/netwerk/zetels/[0-9a-f-]+/benoemen/)"', shown)[1]
    assert browser(hugo).get(address).status_code == 200


@pytest.mark.parametrize(("told", "says"), [
    ({"day": "2020-01-01"}, "in het verleden"),
    ({"begins": "23:00"}, "eindigt voor zij begint"),
    ({"place": "Zaal van 123456782"}, "burgerservicenummer"),
    ({"kind": "thema"}, "waar de bijeenkomst over gaat"),
    ({"held": "on"}, "moet nog komen"),
    ({"day": "0001-01-01", "begins": "00:00", "held": "on"}, "van 1900 tot en met 2100"),
    ({"day": "2101-01-01"}, "van 1900 tot en met 2100"),
])  # fmt: skip
def test_a_meeting_that_cannot_be_is_refused_in_words(frank, told, says):
    soon = timezone.localdate() + timedelta(9)
    when = {"day": soon, "begins": "10:00", "ends": "12:00", "place": "Raadzaal", "kind": "overleg"}
    assert says in send(browser(frank), "nieuw/dvo-twente/", 422, **when | told)


@pytest.mark.attack("A-01")
def test_who_is_outside_finds_nothing_and_who_is_inside_reads_without_buttons(outsider, anna, twente):
    sitting, stop = twente.plan(), twente.raise_matter()
    for address in (*PAGES, f"{sitting.pk}/", f"punten/{stop.pk}/"):
        assert outsider.get(f"/vergaderingen/{address}").status_code == 302
        page(browser(anna, strong=False), address)
    for address in (
        f"{sitting.pk}/agenda/",
        f"{sitting.pk}/vervalt/",
        f"punten/{stop.pk}/notitie/",
        "nieuw/dvo-twente/",
    ):
        page(browser(anna), address, status=404)


def test_a_planned_meeting_moves_is_off_and_begins(frank, twente):
    client, sitting = browser(frank), twente.plan()
    stop = twente.raise_matter()
    with twente.session():
        actions.put_in_order(sitting, [stop], seen=1, **twente.acting())
    soon = timezone.localdate() + timedelta(20)
    send(client, f"{sitting.pk}/wijzigen/", day=soon, begins="09:00", ends="10:00", place="Online")
    assert "Online" in page(client, f"{sitting.pk}/")
    answer = client.post(f"/vergaderingen/{sitting.pk}/gehouden/", {"seen": "3"}, follow=True)
    assert "moet nog komen" in answer.content.decode()
    send(client, f"{sitting.pk}/vervalt/", remark="Geen quorum.")
    assert "Geen quorum." in page(client, f"{sitting.pk}/")
    assert twente.waiting() == [stop]


def test_an_action_is_done_by_its_owner_or_the_secretary_and_by_nobody_else(twente, anna, greet):
    stop = twente.raise_matter()
    sitting = twente.held(stop)
    with twente.session():
        told = {"sitting": sitting, "stop": stop, "what": "Bel rond", "owner": greet}
        action = actions.agree_action(ActionPoint(**told, due_on=timezone.localdate()), **twente.acting())
    page(browser(anna), f"acties/{action.pk}/klaar/", status=404)
    send(
        browser(greet),
        f"acties/{action.pk}/klaar/",
        done_on=timezone.localdate(),
        remark="Iedereen doet mee.",
    )
    assert "Iedereen doet mee." in page(browser(anna), f"{sitting.pk}/")
    assert "al afgerond" in send(
        browser(greet), f"acties/{action.pk}/klaar/", 422, done_on=timezone.localdate()
    )


def test_people_register_for_a_theme_meeting_as_long_as_there_is_room(twente, anna, otto):
    sitting = twente.plan(kind="thema", topic=Topic.objects.get(pk="ondermijning"), room=1)
    address = f"/vergaderingen/{sitting.pk}/aanmelden/"
    assert "U bent aangemeld" in browser(anna).post(address, follow=True).content.decode()
    assert "is vol" in browser(otto).post(address, follow=True).content.decode()
    assert "U bent afgemeld" in browser(anna).post(address, {"afmelden": "1"}, follow=True).content.decode()
    assert "U bent aangemeld" in browser(otto).post(address, follow=True).content.decode()


def test_pages_take_few_queries(frank, twente, django_assert_max_num_queries):
    stops = [twente.raise_matter(f"Punt {number}") for number in range(5)]
    sitting = twente.held(*stops)
    for stop in stops[:3]:
        twente.rule(stop)
    client = browser(frank)
    for address in (
        *PAGES,
        f"{sitting.pk}/",
        f"punten/{stops[0].pk}/",
        f"{sitting.pk}/agenda/",
        f"{sitting.pk}/aanwezigheid/",
    ):
        page(client, address)
        with django_assert_max_num_queries(24):
            page(client, address)


def test_attendance_is_of_the_seats_on_that_day_here_and_is_not_unknown_again(frank, twente):
    today = timezone.localdate()
    midnight = datetime.combine(today, time(0, 15), timezone.get_current_timezone())  # yesterday in Greenwich
    told = {"starts_at": midnight, "ends_at": midnight + timedelta(hours=1), "state": "gehouden"}
    sitting, client = twente.plan(**told), browser(frank)
    with twente.session():
        (seat,) = Seat.objects.as_of(today).filter(body=twente.body, role="voorzitter")
        for holder in Holder.objects.as_of(today).filter(seat=seat):
            directory.step_down(holder, on=today, **twente.acting())
    address = f"{sitting.pk}/aanwezigheid/"
    assert "Quinten Hofstra, " not in page(
        client, address
    )  # the name of the seat; among who can stand in is the mayor still
    send(client, address, **{f"hoe-{seat.pk}": "afwezig"})
    assert (
        "Nog niet bekend" not in page(client, address).split(f'name="hoe-{seat.pk}"')[1].split("</select>")[0]
    )
    send(client, address, 422, **{f"hoe-{seat.pk}": ""})


def test_a_deputy_of_another_organisation_is_offered_for_that_seat_only(frank, twente, carla):
    today = timezone.localdate()
    with twente.session():
        seat, *others = Seat.objects.as_of(today).filter(body=twente.body).exclude(role="plaatsvervanger")
        deputy = directory.open_seat(
            twente.body, role="plaatsvervanger", organisation=Organisation.objects.get(slug="politie"),
            function=seat.function, deputy_of=seat, since=today - timedelta(30), **twente.acting(),
        )  # fmt: skip
        directory.appoint(deputy, account=carla, since=today - timedelta(30), **twente.acting())
    sitting, client = twente.held(), browser(frank)
    address = f"{sitting.pk}/aanwezigheid/"
    shown = page(client, address)
    offered = [
        str(carla.pk) in shown.split(f'name="wie-{one.pk}"')[1].split("</select>")[0]
        for one in (seat, *others)
    ]
    assert offered == [True, *[False for _ in others]]
    send(client, address, **{f"hoe-{seat.pk}": "vervangen", f"wie-{seat.pk}": str(carla.pk)})
    assert f"Vervangen door {carla.name}" in page(client, f"{sitting.pk}/")


def test_a_hidden_number_that_cannot_be_is_refused_and_breaks_nothing(frank, twente):
    stop = twente.raise_matter()
    twente.held(stop)
    told = {"outcome": "besloten", "words": "Ja.", "seen": str(2 * 10**9)}
    send(browser(frank), f"punten/{stop.pk}/besluit/", 422, **told)
