"""Who comes in through the API: one system, by its header, until its token is taken back."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from tests.logbook import Event
from tests.personal_data import Watch, every_body, planted, scan

from vangnet.agreements import designation
from vangnet.api.tests.conftest import SEEN, System
from vangnet.casework.tests.desks import SignalDesk, purpose
from vangnet.identity import actions, session, systems, token
from vangnet.identity.models import User
from vangnet.identity.operator import operator, service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
PATHS = ("/signalen", "/routes", "/gemeenten")


def is_problem(answer, status):
    told = answer.json()
    return (
        answer.status_code == told["status"] == status
        and answer["Content-Type"] == "application/problem+json"
        and {"title", "detail", "instance"} <= told.keys()
        and answer["API-Version"] == "1.0.0"
    )


# --- the token ---


@pytest.mark.attack("A-10")
@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
        "Bearer vangnet_" + "A" * 43,
        "Bearer vangnet_" + "A" * 42,
        "Bearer " + "A" * 43,
    ],
)
def test_a10_without_a_token_of_ours_nobody_comes_in(db, header):
    for path in PATHS:
        answer = Client().get(f"/api/v1{path}", headers={"Authorization": header} if header else {})

        assert is_problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith('Bearer realm="Vangnet"')


@pytest.mark.attack("A-10")
def test_a10_the_cookie_of_somebody_signed_in_is_no_token(anna):
    client = browser(anna)

    assert is_problem(client.get("/api/v1/signalen"), 401)
    assert is_problem(
        client.post("/api/v1/signalen", {"omschrijving": SEEN}, content_type="application/json"), 401
    )


@pytest.mark.attack("A-10")
def test_a10_the_token_of_a_browser_does_not_open_the_api(anna):
    key = browser(anna).session.session_key

    assert is_problem(Client().get("/api/v1/signalen", headers={"Authorization": f"Bearer {key}"}), 401)


@pytest.mark.attack("A-10")
def test_a10_a_token_as_a_cookie_is_nobody(system):
    client = Client()
    client.cookies["sessionid"] = system.secret

    assert client.get("/signalen/").status_code == 302
    assert client.get("/api/v1/signalen").status_code == 401


@pytest.mark.attack("A-10")
@pytest.mark.parametrize("name", ["access_token", "token", "Bearer", "nummer"])
def test_a10_a_token_in_the_address_is_refused_whatever_is_in_the_header(system, name):
    answer = system.get("/signalen", **{name: system.secret})

    assert is_problem(answer, 401)
    assert "adres" in answer.json()["detail"]
    assert system.secret not in answer.content.decode()


@pytest.mark.attack("A-10")
def test_a10_a_token_that_was_taken_back_is_nobodys_at_the_next_request(system):
    assert system.get("/signalen").status_code == 200
    with service_session(operator()):
        systems.revoke(system.token, by=operator(), at=timezone.now())

    for path in PATHS:
        assert is_problem(system.get(path), 401)
    assert is_problem(system.send(), 401)


@pytest.mark.attack("A-10")
@pytest.mark.parametrize("days", [0, -1, 367])
def test_a10_no_token_is_made_that_has_ended_or_lasts_longer_than_a_year(db, days):
    with pytest.raises(DoesNotHold, match="hoogstens een jaar"):
        System(days=days)


@pytest.mark.attack("A-10")
def test_a10_a_system_whose_account_or_role_ended_is_nobody(system):
    with service_session(operator()):
        (membership,) = system.account.memberships.all()
        actions.end_role(membership, on=timezone.localdate(), by=operator(), at=timezone.now())

    assert is_problem(system.get("/gemeenten"), 401)
    other = System(task="koppeling")
    with service_session(operator()):
        actions.close_account(other.account, by=operator(), at=timezone.now())
    assert is_problem(other.get("/gemeenten"), 401)


@pytest.mark.attack("A-10")
def test_a10_an_authorisation_that_was_revoked_shows_and_takes_nothing_from_the_next_request_on(db):
    system = System()
    given = system.authorise("koppeling")
    signal = system.send().json()["id"]
    with service_session(operator()):
        designation.revoke(given, by=operator(), at=timezone.now())

    assert is_problem(system.get("/signalen"), 403)
    assert is_problem(system.get(f"/signalen/{signal}"), 404)
    assert is_problem(system.send(), 403)


@pytest.mark.attack("A-01", "A-10")
def test_a01_a_system_of_another_municipality_cannot_tell_a_signal_from_none(system):
    signal = system.send().json()["id"]
    other = System("gm0200")
    answer, none = other.get(f"/signalen/{signal}"), other.get(f"/signalen/{uuid4()}")

    assert is_problem(answer, 404)
    assert {**answer.json(), "instance": ""} == {**none.json(), "instance": ""}
    assert Event.objects.filter(verb="api.signal.refused", subject=signal, actor=other.account.pk).exists()


def test_another_purpose_in_the_address_gives_no_way_in(system):
    assert is_problem(system.get("/signalen", doel=str(purpose("melders").pk)), 403)


# --- what a system never does ---


def test_a_system_signs_in_nowhere_and_has_no_page(system):
    with pytest.raises(Exception, match="service_account_has_no_password"), transaction.atomic():
        User.objects.filter(pk=system.account.pk).update(password="pbkdf2_sha256$x")
    client = Client()
    client.force_login(system.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session.prove(client.session.session_key)

    assert client.get("/dossiers/").status_code in {302, 403, 404}
    assert SignalDesk(system.account).get("signals").status_code in {302, 403, 404}


@pytest.mark.parametrize("task", ["verwerking", "rechtmatigheid", "beheer"])
def test_a_system_is_not_authorised_to_process(db, task):
    with pytest.raises(Exception, match="Een systeem levert meldingen aan"):
        System(task=task)


def test_a_person_is_not_authorised_as_a_system(anna):
    system = System()
    system.account = anna
    with pytest.raises(Exception, match="Een systeem levert meldingen aan"):
        system.authorise("koppeling")


def test_under_a_token_the_vault_stays_shut(system):
    system.send()
    asked = "SELECT session_is_strong(), session_is_proven(), scope(), scope_tier(), scope_writes()"
    wanted = purpose().pk
    with token.request(system.secret), token.for_purpose(wanted), connection.cursor() as cursor:
        cursor.execute(asked)
        assert cursor.fetchone() == (True, False, None, None, False)
        cursor.execute("SELECT count(*) FROM casework_signal")
        assert cursor.fetchone() > (0,)
        for table in ("vault_entry", "casework_case", "vault_export", "casework_draft"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table
        cursor.execute("UPDATE casework_signal SET status = 'in-weging'")
        assert cursor.rowcount == 0


# --- who issues ---


def test_only_an_administrator_of_the_organisation_makes_systems_and_tokens(jan, anna, ineke):
    system = System()
    told = {"organisation": system.organisation.pk, "until": timezone.localdate() + timedelta(days=9)}
    for person in (jan, anna, ineke):  # jan is administrator of another organisation
        with service_session(person), pytest.raises(NotPermitted):
            systems.issue(system.account.pk, by=person, at=timezone.now(), **told)
        with service_session(person), pytest.raises(NotPermitted):
            systems.register(organisation=system.organisation, name="x", by=person, at=timezone.now())
        with service_session(person):
            assert systems.of(system.organisation.pk) == []
        with service_session(person), pytest.raises(NotPermitted):
            systems.revoke(uuid4(), by=person, at=timezone.now())


def test_a_token_is_kept_as_its_hash_alone_and_its_issue_is_on_record(system, ineke):
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT token_hash FROM identity_systemtoken")
    lines = Event.objects.filter(verb__startswith="identity.token.")

    assert lines.exists()
    assert system.secret not in str(list(lines.values()))


# --- limits ---


@pytest.mark.attack("A-32")
def test_a32_a_token_that_asks_too_often_has_to_wait(system, settings):
    settings.API_PER_MINUTE = 3
    answers = [system.get("/gemeenten") for _ in range(5)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert is_problem(answers[-1], 429)
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert System().get("/gemeenten").status_code == 200


@pytest.mark.attack("A-32")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[" * 100_000, 413),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, 400),
        ("[" * 20_000 + "]" * 20_000, 400),
        (json.dumps({"omschrijving": "x" * 70_000}), 413),
        ('{"omschrijving": "a", "omschrijving": "b"}', 400),
        ('{"omschrijving": NaN}', 400),
        ('{"omschrijving": ' + "9" * 5_000 + "}", 400),
        ("[]", 400),
        ('"melding"', 400),
        ("", 400),
        ("{", 400),
        (b'{"omschrijving": "\xff"}', 400),
        (gzip.compress(b"{}", mtime=0), 400),
        ('{"omschrijving": "half \\ud800 paar"}', 400),
        ('{"branche": "auto\\u0000branche"}', 400),
        (json.dumps({"omschrijving": "x", "y" * 60: "z"}), 400),
        ('{"omschrijving": ["a", {"b": "c"}]}', 400),
    ],
)
def test_a32_json_that_is_too_large_too_deep_or_broken_is_refused_before_it_is_read(system, body, status):
    answer = system.send(body or " ")

    assert is_problem(answer, status)


@pytest.mark.attack("A-32")
@pytest.mark.parametrize("query", [{"paginaGrootte": "101"}, {"paginaGrootte": "0"}, {"pagina": "10001"}])
def test_a32_a_page_is_no_larger_and_lies_no_further_than_is_said(system, query):
    assert is_problem(system.get("/signalen", **query), 400)


@pytest.mark.attack("A-32")
@pytest.mark.parametrize("value", ["9" * 10_000, "-1", "1e3", "٣", "1\0"])
def test_a32_a_number_is_a_short_one(system, value):
    assert is_problem(system.get("/signalen", pagina=value), 400)


# --- the rules of the NL API ---


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_only_json_is_taken(system, kind):
    answer = system.client.post(
        "/api/v1/signalen", "{}", content_type=kind, headers=system.headers | {"Idempotency-Key": "1"}
    )

    assert is_problem(answer, 415)


def test_only_json_is_given(system):
    answer = system.client.get("/api/v1/signalen", headers=system.headers | {"Accept": "text/html"})

    assert is_problem(answer, 406)


@pytest.mark.parametrize("path", ["/signalen/", "/bestaat-niet", "/signalen/geen-uuid", "/openapi.json/"])
def test_an_address_that_does_not_exist_is_a_problem_too_and_no_page_elsewhere(system, path):
    assert is_problem(system.get(path), 404)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused_and_told_which_are_known(system, method):
    answer = getattr(system.client, method)("/api/v1/signalen", headers=system.headers)

    assert is_problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD, POST"


def test_no_answer_sets_a_cookie_or_lies_in_a_cache(system):
    for answer in (system.get("/signalen"), system.send(), Client().get("/api/v1/signalen")):
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert not answer.has_header("Access-Control-Allow-Origin")


def test_what_is_sent_about_people_is_in_no_answer_address_or_log(system):
    with planted() as person, Watch(bodies=every_body) as watch:
        told = {
            "omschrijving": f"{person.name} liep de loods in.",
            "bron": "inwoner",
            "melderNaam": person.name,
        }
        for answer in (
            system.send(told, key="1"),
            system.send(told, key="1"),
            system.send(told | {"gezienOp": person.name}),
            system.send(told | {"branche": person.bsn}),
            system.send(told | {"omschrijving": f"BSN {person.bsn}"}),
            system.send(json.dumps(told)[:-1]),
            system.get("/signalen"),
        ):
            watch.look(answer)
        lines = list(Event.objects.values("verb", "subject", "details"))

        assert watch.findings() == []
        assert scan(str(lines)) == []
