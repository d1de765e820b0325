"""Who read what, as pages: one's own readings, and those of the organisation for its privacy officer."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from vangnet.vault import opening
from vangnet.vault.tests.offices import browser

OWN, OURS, PURPOSE = "/inzagen/", "/inzagen/organisatie/", "/inzagen/organisatie/doel/"
pytestmark = pytest.mark.usefixtures("own_database")


def text_of(answer, status=200):
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def lines_of(answer):
    return answer.context["lines"]


@pytest.fixture
def read(case, esra, carla):
    """Esra read both records, once with words; the police was refused, because it takes no part."""
    with case.session(esra):
        case.open(esra, case.records[0])
        case.open(esra, case.records[1], reason="anders", motivation="omdat het moest")
    with case.session(carla), pytest.raises(opening.NotPermitted):
        case.open(carla, case.records[0])
    return case


@pytest.mark.requirement("WGS-09")
def test_somebody_sees_what_he_read_when_and_why(read, sign_in, esra):
    page = sign_in(esra).get(OWN)
    latest, first = lines_of(page)

    assert (first.what, first.number) == ("Personalia en contactgegevens", read.number)
    assert (first.purpose, first.refused, first.has_words) == ("Doel casusoverleg", False, False)
    assert first.reason == "Voorbereiding van een overleg"
    assert latest.reason == "Anders (licht toe)"
    assert latest.has_words
    assert "geheim" not in text_of(page)
    assert "niet om medewerkers te beoordelen" in text_of(page)


@pytest.mark.attack("A-01")
def test_nobody_sees_the_readings_of_another(read, sign_in, lotte, nora):
    for person in (lotte, nora):
        assert lines_of(sign_in(person).get(OWN)) == []


@pytest.mark.requirement("WGS-09")
def test_a_refused_attempt_is_shown_as_refused_and_without_category(read, sign_in, carla):
    (line,) = lines_of(sign_in(carla).get(OWN))

    assert (line.refused, line.what, line.number) == (True, "niet meer zichtbaar", "")


def test_what_is_out_of_sight_now_has_no_category_and_no_number(read, sign_in, esra, as_owner):
    as_owner("UPDATE vault_record SET restricted_at = now()")

    assert {(line.what, line.number) for line in lines_of(sign_in(esra).get(OWN))} == {
        ("niet meer zichtbaar", "")
    }


def test_a_session_without_a_second_factor_sees_no_reading(read, client, esra):
    client.force_login(esra, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(OWN)

    assert answer.status_code == 403
    assert "tweede stap" in answer.content.decode()
    assert "personalia" not in answer.content.decode().casefold()


def test_a_period_leaves_out_other_days_and_must_make_sense(read, sign_in, esra):
    client, today = sign_in(esra), timezone.localdate()
    before = (today - timedelta(days=2)).isoformat()

    assert len(lines_of(client.get(OWN, {"van": today.isoformat(), "tot": today.isoformat()}))) == 2
    assert lines_of(client.get(OWN, {"van": before, "tot": before})) == []
    assert "ligt voor de eerste" in text_of(client.get(OWN, {"van": today.isoformat(), "tot": before}))
    assert "page" not in client.get(OWN, {"van": "x"}).context


def test_fifty_lines_stand_on_a_page_in_few_queries(case, sign_in, esra, django_assert_num_queries):
    with case.session(esra):
        for _ in range(26):
            case.open(esra)
    client = sign_in(esra)
    few = _count(client, OWN, {"pagina": "2"})

    assert len(lines_of(client.get(OWN))) == 50
    assert len(lines_of(client.get(OWN, {"pagina": "2"}))) == 2
    with django_assert_num_queries(few):
        client.get(OWN)
    assert few <= 13


def _count(client, *request):
    with CaptureQueriesContext(connection) as found:
        client.get(*request)
    return len(found)


@pytest.mark.attack("A-01")
@pytest.mark.parametrize("who", ["anna", "carla", "esra", "greet", "jan", "lotte"])
def test_the_readings_of_an_organisation_do_not_exist_for_anybody_else(case, sign_in, request, who):
    client = sign_in(request.getfixturevalue(who))

    assert client.get(OURS).status_code == 404
    assert client.post(PURPOSE, {"doel": "interne_controle"}).status_code == 404
    assert client.get(OURS).status_code == 404
    assert "Inzagen van de organisatie" not in text_of(client.get(OWN))


@pytest.mark.requirement("WGS-09")
def test_a_privacy_officer_first_says_for_which_of_four_purposes(read, sign_in, nora, esra):
    client = sign_in(nora)
    before = text_of(client.get(OURS))

    assert before.count('type="radio"') == 4
    assert read.number not in before
    assert client.post(PURPOSE, {"doel": "rechtmatigheidscontrole"}).url == OURS
    page = client.get(OURS)
    assert {(line.who, line.refused) for line in lines_of(page)} >= {(str(esra), False)}
    assert "controle van de rechtmatigheid" in text_of(page)


@pytest.mark.requirement("WGS-09")
@pytest.mark.parametrize("purpose", ["personeelszaken", "hr", "", "RECHTMATIGHEIDSCONTROLE"])
def test_no_other_purpose_opens_the_log_and_the_attempt_is_on_record(read, sign_in, nora, as_owner, purpose):
    client = sign_in(nora)

    assert "laat geen ander doel toe" in text_of(client.post(PURPOSE, {"doel": purpose}), 400)
    assert "page" not in client.get(OURS).context
    assert as_owner("SELECT outcome, reason FROM audit_event WHERE verb = 'audit.log.consulted'") == [
        ("geweigerd", "geen_rechtmatig_doel")
    ]


@pytest.mark.requirement("WGS-09")
def test_without_a_second_factor_the_log_stays_shut_and_the_attempt_is_on_record(read, nora, as_owner):
    client = browser(nora, strong=False)

    answer = client.post(PURPOSE, {"doel": "interne_controle"})

    assert answer.status_code == 403
    assert "tweede stap" in answer.content.decode()
    assert "page" not in client.get(OURS).context
    assert as_owner("SELECT outcome, reason FROM audit_event WHERE verb = 'audit.log.consulted'") == [
        ("geweigerd", "geen_tweede_factor")
    ]


@pytest.mark.requirement("WGS-09")
def test_reading_the_log_is_in_the_log(read, sign_in, nora):
    client = sign_in(nora)
    client.post(PURPOSE, {"doel": "interne_controle"})

    line = lines_of(client.get(OURS))[0]

    assert (line.who, line.what, line.reason) == (str(nora), "Logboek van de organisatie", "Interne controle")


@pytest.mark.attack("A-01")
def test_a_privacy_officer_sees_no_readings_of_another_organisation(read, sign_in, karel, esra):
    client = sign_in(karel)
    client.post(PURPOSE, {"doel": "interne_controle"})
    found = lines_of(client.get(OURS))

    assert str(esra) not in {line.who for line in found}
    assert [line.refused for line in found if line.record] == [True]


def test_the_list_closes_after_a_quarter_of_an_hour(read, sign_in, nora, as_owner):
    client = sign_in(nora)
    client.post(PURPOSE, {"doel": "interne_controle"})
    as_owner(
        "ALTER TABLE audit_event DISABLE TRIGGER USER;"
        " UPDATE audit_event SET recorded_at = recorded_at - interval '15 minutes'"
        " WHERE verb = 'audit.log.consulted'; ALTER TABLE audit_event ENABLE TRIGGER USER"
    )

    assert "page" not in client.get(OURS).context


def test_readings_are_found_by_person_record_and_reason(read, sign_in, nora, esra, lotte):
    client = sign_in(nora)
    client.post(PURPOSE, {"doel": "interne_controle"})

    def found(**asked):
        return [line.record for line in lines_of(client.get(OURS, asked)) if line.record]

    assert found() == [str(read.records[1]), str(read.records[0])]
    assert found(wie=str(esra.pk)) == found()
    assert found(wie=str(lotte.pk)) == []
    assert found(gegeven=str(read.records[0])) == [str(read.records[0])]
    assert found(reden="anders") == [str(read.records[1])]
    assert found(gegeven=str(uuid.uuid4())) == []
    assert "page" not in client.get(OURS, {"reden": "personeel"}).context


def test_the_list_of_an_organisation_takes_as_many_queries_for_many_lines(case, sign_in, esra, nora):
    client = sign_in(nora)
    client.post(PURPOSE, {"doel": "interne_controle"})
    with case.session(esra):
        case.open(esra)
        few = _count(client, OURS)
        for _ in range(10):
            case.open(esra)

    assert _count(client, OURS) == few
    assert few <= 20


@pytest.mark.requirement("WGS-09")
def test_the_words_with_a_reading_are_read_by_post_and_that_is_logged(read, sign_in, nora, as_owner):
    client = sign_in(nora)
    client.post(PURPOSE, {"doel": "interne_controle"})
    (line,) = [line for line in lines_of(client.get(OURS)) if line.has_words]
    address = f"/inzagen/toelichting/{line.event}/"

    assert client.get(address).status_code == 405
    assert "omdat het moest" in text_of(client.post(address))
    assert as_owner(
        "SELECT outcome FROM audit_event WHERE verb = 'vault.text.opened' AND actor = %s", nora.pk
    ) == [("toegestaan",)]


@pytest.mark.attack("A-01")
def test_words_of_another_do_not_exist(read, sign_in, lotte, nora, as_owner):
    ((event,),) = as_owner("SELECT id FROM audit_event WHERE motivation IS NOT NULL")

    for person in (lotte, nora):  # nora said for no purpose yet
        assert sign_in(person).post(f"/inzagen/toelichting/{event}/").status_code == 404


def test_somebody_reads_the_words_of_one_s_own(read, sign_in, esra, as_owner):
    ((event,),) = as_owner("SELECT id FROM audit_event WHERE motivation IS NOT NULL")

    assert "omdat het moest" in text_of(sign_in(esra).post(f"/inzagen/toelichting/{event}/"))


@pytest.mark.attack("A-33")
def test_readings_stay_in_no_cache(read, sign_in, nora):
    client = sign_in(nora)
    client.post(PURPOSE, {"doel": "interne_controle"})

    for address in (OWN, OURS):
        headers = client.get(address).headers
        assert "no-store" in headers["Cache-Control"]
        assert "private" in headers["Cache-Control"]
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src" in headers["Content-Security-Policy"]


def test_nobody_but_who_is_signed_in_sees_readings(own_database):
    for address in (OWN, OURS):
        assert "/account/login/" in Client().get(address).url
