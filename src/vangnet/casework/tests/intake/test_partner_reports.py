"""Reports by people of a partner: to a municipality beside them in an agreement, and how far those are."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from tests import databases
from tests.logbook import Event
from tests.personal_data import Watch, planted

from vangnet.agreements import designation
from vangnet.agreements.models import Partner
from vangnet.casework.tests.desks import REASONS, UUID_IN, SignalDesk
from vangnet.identity.operator import operator, service_session
from vangnet.vault.tests.offices import browser

LIST = "/melden/partner/"
PAGE = "/melden/partner/gm0301/"
SEEN = "Bij een inspectie stond de meterkast open en liep er een kabel buitenom."
TOLD = {"text": SEEN, "where": "Industrieweg 4", "phenomenon": "hennep", "wants_feedback": "on"}
NUMBER = re.compile(r"GEMEENTE-\d{4}-\d{6}")


@pytest.fixture
def database(own_database):
    return own_database


@pytest.fixture
def partner(database, carla):
    return browser(carla)


def mark(client):
    return re.search(r'name="mark" value="([^"]+)"', client.get(PAGE).content.decode())[1]


def send(client, /, **told):
    return client.post(PAGE, {**TOLD, "mark": told.pop("mark", "") or mark(client), **told})


def sent(client, **told):
    answer = send(client, **told)
    assert answer.status_code == 302, answer.content.decode()
    return NUMBER.findall(client.get(LIST).content.decode())[0]


def signal_of(desk, number):
    page = desk.get("signals", nummer=number).content.decode()
    return re.search(rf"/signalen/{UUID_IN}/({UUID_IN})/", page)[1]


def weighed(desk, signal):
    desk.post("weigh", signal, begin="1")
    for code in REASONS:
        desk.step(signal, code)
    desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="2")


# --- a report ---


def test_a_report_becomes_a_signal_of_the_municipality_under_the_name_of_the_organisation(
    partner, anna, carla
):
    number = sent(partner)
    desk = SignalDesk(anna)
    signal = signal_of(desk, number)
    page = desk.get("signal", signal).content.decode()
    opened = desk.post("open", signal).content.decode()

    assert "Partner: Politie" in page
    assert "gevraagd door de partner" in page
    assert carla.name not in page + opened
    assert SEEN in opened
    assert "Waar: Industrieweg 4" in opened


def test_the_partner_reads_nothing_back_but_number_state_and_answer(partner, anna, carla):
    number = sent(partner)
    desk = SignalDesk(anna)
    signal = signal_of(desk, number)
    page = partner.get(LIST).content.decode()

    assert "Ontvangen" in page
    assert SEEN not in page
    assert signal not in page
    assert SignalDesk(carla).get("signal", signal).status_code == 404
    assert SignalDesk(carla).post("open", signal).status_code == 404


def test_the_state_follows_the_weighing_and_the_answer_comes_when_the_municipality_gives_it(partner, anna):
    number = sent(partner)
    desk = SignalDesk(anna)
    signal = signal_of(desk, number)
    desk.post("weigh", signal, begin="1")
    assert "Wordt gewogen" in partner.get(LIST).content.decode()
    assert "Geef dit antwoord" not in desk.get("signal", signal).content.decode()
    for code in REASONS:
        desk.step(signal, code)
    desk.post("conclude", signal, outcome="gemeente", route="lokaal", partners="2")
    assert "Afgehandeld" in partner.get(LIST).content.decode()
    assert "nog niet" in partner.get(LIST).content.decode()
    assert "Geef dit antwoord" in desk.get("signal", signal).content.decode()
    assert desk.post("answer", signal, antwoord="opgepakt").status_code == 302

    page = partner.get(LIST).content.decode()
    assert "Wij pakken dit op" in page
    assert "lokaal" not in page.lower().replace("lokale", "")
    assert "Geef dit antwoord" not in desk.get("signal", signal).content.decode()


@pytest.mark.parametrize("answer", ["", "verzonnen", "vrije tekst"])
def test_an_answer_is_one_of_the_list(partner, anna, answer):
    desk = SignalDesk(anna)
    signal = signal_of(desk, sent(partner))
    weighed(desk, signal)
    desk.post("answer", signal, antwoord=answer)

    assert "Geef dit antwoord" in desk.get("signal", signal).content.decode()


def test_an_answer_before_the_weighing_or_a_second_one_changes_nothing(partner, anna):
    desk = SignalDesk(anna)
    signal = signal_of(desk, sent(partner))
    desk.post("answer", signal, antwoord="bekend")
    assert "Dit was al bij ons bekend" not in partner.get(LIST).content.decode()
    weighed(desk, signal)
    desk.post("answer", signal, antwoord="samen")
    desk.post("answer", signal, antwoord="bekend")

    assert "samen met partners" in partner.get(LIST).content.decode()


@pytest.mark.parametrize("who", ["petra", "bram", "carla", "jan"])
def test_only_who_weighs_the_signal_answers(partner, anna, who, request):
    desk = SignalDesk(anna)
    signal = signal_of(desk, sent(partner))
    weighed(desk, signal)
    person = request.getfixturevalue(who)

    assert browser(person).post(desk.address("answer", signal), {"antwoord": "bekend"}).status_code == 404


def test_somebody_who_leaves_how_to_reach_them_is_sealed_apart(partner, anna, carla, database):
    number = sent(partner, contact="06-00000000")
    desk = SignalDesk(anna)
    signal = signal_of(desk, number)
    shown = desk.get("signal", signal).content.decode() + desk.post("open", signal).content.decode()

    assert "06-00000000" not in shown
    assert carla.name not in shown
    with databases.as_owner(database) as owner:
        asked = "SELECT reporter IS NOT NULL FROM casework_signal WHERE dossier_id = %s"
        assert owner.execute(asked, [signal]).fetchone() == (True,)


def test_sent_twice_it_is_one_signal(partner, database):
    once = mark(partner)
    send(partner, mark=once)
    send(partner, mark=once)

    with databases.as_owner(database) as owner:
        assert owner.execute("SELECT count(*) FROM casework_signal").fetchone() == (1,)
        assert owner.execute("SELECT count(*) FROM casework_partnerreport").fetchone() == (1,)
    send(partner, mark=once, text=f"{SEEN} Het waren er drie.")

    with databases.as_owner(database) as owner:
        assert owner.execute("SELECT count(*) FROM casework_partnerreport").fetchone() == (2,)


def test_a_file_goes_along(partner, database):
    sent(partner, attachments=SimpleUploadedFile("notitie.txt", b"Kenteken niet gezien."))

    with databases.as_owner(database) as owner:
        assert owner.execute("SELECT count(*) FROM vault_sealedfile").fetchone() == (1,)


def test_what_was_typed_is_kept_as_a_draft_for_who_typed_it(partner, esra):
    partner.post(PAGE, {**TOLD, "contact": "06-1", "concept": "bewaar"})
    again = partner.get(f"{PAGE}?concept=1").content.decode()

    assert SEEN in again
    assert "06-1" not in again
    assert SEEN not in browser(esra).get(f"{PAGE}?concept=1").content.decode()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"text": ""}, "verplicht"),
        ({"where": ""}, "verplicht"),
        ({"text": "x" * 10_001}, "10000"),
        ({"text": "Het BSN is 123456782."}, "burgerservicenummer"),
        ({"observed_on": "2999-01-01"}, "moet nog komen"),
        ({"observed_on": "0001-01-03"}, "ligt voor 1990"),
    ],
)
def test_a_report_that_does_not_hold_comes_back_with_what_was_typed(partner, told, said):
    answer = send(partner, **told)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "U hebt nog niets gemeld" in partner.get(LIST).content.decode()


def test_words_of_a_partner_stay_words(partner, anna):
    number = sent(partner, text="<script>alert(1)</script> gezien \u202e in de hal")
    desk = SignalDesk(anna)
    opened = desk.post("open", signal_of(desk, number)).content.decode()

    assert "<script>alert(1)" not in opened
    assert "\u202e" not in opened


# --- who may ---


@pytest.mark.attack("A-01")
@pytest.mark.parametrize("who", ["anna", "petra", "frank", "hugo", "jan"])
def test_a01_who_is_of_the_municipality_or_no_partner_beside_it_has_no_form(database, who, request):
    client = browser(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, TOLD | {"mark": "a" * 32}).status_code == 404
    assert PAGE not in client.get(LIST).content.decode()


@pytest.mark.parametrize("who", ["carla", "daan", "esra", "mo", "bram"])
def test_who_is_of_a_partner_finds_the_form(database, who, request):
    client = browser(request.getfixturevalue(who))

    assert PAGE in client.get(LIST).content.decode()
    assert client.get(PAGE).status_code == 200


def test_one_sees_ones_own_reports_and_not_those_of_a_colleague(partner, database, karel):
    number = sent(partner)

    assert number not in browser(karel).get(LIST).content.decode()


def test_without_a_second_factor_nobody_reports_or_sees_reports(partner, carla):
    sent(partner)
    weak = browser(carla, strong=False)

    assert weak.get(LIST).status_code == 403
    assert weak.get(PAGE).status_code == 403


def test_who_is_not_signed_in_is_asked_to(database, outsider):
    assert outsider.get(LIST).status_code == 302
    assert outsider.get(PAGE).status_code == 302


def test_a_partner_that_left_every_agreement_reports_no_more(partner):
    with transaction.atomic():
        with service_session(operator()):
            for one in Partner.objects.filter(organisation__slug="politie"):
                designation.partner_leaves(
                    one, on=timezone.localdate(), reason="proef", by=operator(), at=timezone.now()
                )
        assert partner.get(PAGE).status_code == 404
        assert "U kunt hier niet melden" in partner.get(LIST).content.decode()
        transaction.set_rollback(True)


def test_enough_is_enough_for_a_day(partner, database):
    with databases.as_owner(database) as owner:
        owner.execute("DELETE FROM casework_visitorcount")
    first = mark(partner)
    send(partner, mark=first)
    with databases.as_owner(database) as owner:
        owner.execute("UPDATE casework_visitorcount SET count = 50")
    answer = send(partner)

    assert answer.status_code == 422
    assert "vandaag al 50 meldingen" in answer.content.decode()


def test_the_log_of_each_organisation_has_its_line(partner, carla, database):
    number = sent(partner)
    mine = Event.objects.get(verb="casework.partner_report.sent", details__number=number)
    theirs = Event.objects.get(verb="casework.signal.received", details__number=number)

    assert mine.actor == carla.pk
    assert theirs.actor != carla.pk
    assert theirs.organisation != mine.organisation


def test_the_database_holds_the_rules_without_the_pages(partner, database):
    with databases.as_owner(database) as owner:
        rights = "SELECT has_table_privilege('vangnet_app', 'casework_partnerreport', 'SELECT')"
        assert owner.execute(rights).fetchone() == (False,)


def test_what_is_reported_about_somebody_is_on_no_page_of_the_partner(partner, carla):
    with planted() as person, Watch() as watch:
        client = watch.browser(carla)
        client.post(PAGE, {**TOLD, "text": f"{person.name} opende de deur.", "mark": mark(client)})
        client.get(LIST)
        assert watch.findings() == []


def test_the_list_asks_few_questions(partner, django_assert_max_num_queries):
    sent(partner)
    with django_assert_max_num_queries(12):
        assert partner.get(LIST).status_code == 200
    assert reverse("melden:partner_reports") == LIST
