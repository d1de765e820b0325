"""Systems and tokens, on the page of an administrator and on the command line."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.logbook import Event

from vangnet.cli.main import main
from vangnet.identity import session, systems
from vangnet.identity.models import Organisation
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
PAGE = "/account/systemen/"
SECRET = re.compile(r"vangnet_[\w-]{43}")


def days(n):
    return (timezone.localdate() + timedelta(days=n)).isoformat()


@pytest.fixture
def client(jan):
    """The browser of the administrator of the network, with a system."""
    found = browser(jan)
    assert found.post(PAGE, {"doe": "maak", "naam": "Zaaksysteem"}).status_code == 302
    return found


def given(client, **told):
    (system,) = re.findall(r'<option value="([0-9a-f-]{36})"', client.get(PAGE).content.decode())
    return client.post(PAGE, {"doe": "geef", "systeem": system, "tot_en_met": days(30), **told})


def asks(secret):
    return Client().get("/api/v1/gemeenten", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_before_there_is_a_system_the_page_says_what_to_do(jan):
    page = browser(jan).get(PAGE).content.decode()

    assert "Er is nog geen systeem" in page
    assert "Geef een token" not in page
    assert PAGE in browser(jan).get("/account/beveiliging/").content.decode()


def test_a_token_is_shown_once_and_works_until_it_is_taken_back(client, jan):
    answer = given(client)
    (secret,) = set(SECRET.findall(answer.content.decode()))
    listed = client.get(PAGE).content.decode()
    (token,) = re.findall(r'name="token" value="([^"]+)"', listed)

    assert secret not in listed
    assert answer["Cache-Control"]
    assert "no-store" in answer["Cache-Control"]
    assert asks(secret) == 200
    assert client.post(PAGE, {"doe": "intrekken", "token": token}).status_code == 302
    assert asks(secret) == 401
    assert "Ingetrokken" in client.get(PAGE).content.decode()
    verbs = set(Event.objects.filter(by=jan.pk).values_list("verb", flat=True))
    assert verbs >= {"identity.system.registered", "identity.token.issued", "identity.token.revoked"}


def test_a_token_is_given_only_to_who_showed_just_now_who_it_is(client, monkeypatch):
    monkeypatch.setattr(session, "is_proven", lambda *, minutes: False)
    answer = given(client)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/bevestigen/")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"tot_en_met": days(400)}, "hoogstens een jaar"),
        ({"tot_en_met": days(-1)}, "hoogstens een jaar"),
        ({"tot_en_met": ""}, "verplicht"),
        ({"systeem": "00000000-0000-4000-8000-000000000000"}, "keuze"),
    ],
)
def test_a_form_that_does_not_hold_says_why_and_gives_no_token(client, told, said):
    answer = given(client, **told)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SECRET.search(answer.content.decode())


@pytest.mark.parametrize("who", ["anna", "ineke", "greet", "carla"])
def test_for_who_is_no_administrator_the_page_does_not_exist(who, request):
    client = browser(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"doe": "maak", "naam": "x"}).status_code == 404
    assert PAGE not in client.get("/account/beveiliging/").content.decode()


def test_without_a_second_factor_an_administrator_manages_no_systems(jan):
    assert browser(jan, strong=False).get(PAGE).status_code == 404


def test_who_is_not_signed_in_is_asked_to(db):
    assert Client().get(PAGE).status_code == 302


def test_the_page_asks_few_questions(client, django_assert_max_num_queries):
    given(client)
    with django_assert_max_num_queries(12):
        assert client.get(PAGE).status_code == 200


# --- the command line ---


@pytest.fixture
def run(capsys, db):
    def run(*words):
        code = main(["tokens", *words])
        return code, *capsys.readouterr()

    return run


def test_the_command_line_makes_a_system_gives_and_takes_a_token(run):
    made = run("register", "gm0301", "--name", "Zaaksysteem")
    code, secret, _ = run("issue", "gm0301", "--name", "Zaaksysteem")
    listed = run("list", "gm0301")[1].split("\t")

    assert made[0] == code == 0
    assert SECRET.fullmatch(secret.strip())
    assert listed[2] == "works"
    assert asks(secret.strip()) == 200
    assert run("revoke", "gm0301", listed[1])[0] == 0
    assert asks(secret.strip()) == 401
    assert run("list", "gm0301")[1].split("\t")[2] == "revoked"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("register", "nergens", "--name", "x"), "unknown organisation"),
        (("issue", "gm0301", "--name", "x"), "no system called"),
        (("revoke", "gm0301", "x"), "has no token"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_on_one_line(run, words, said):
    code, _, error = run(*words)

    assert (code, said in error, error.count("\n")) == (1, True, 1)


def test_a_system_gets_no_other_role_and_a_person_not_that_of_a_system(jan, as_administrator):
    from vangnet.identity.actions import Overlap, give_role

    at = Organisation.objects.get(slug="gm0301")
    system = systems.register(organisation=at, name="x", by=as_administrator, at=timezone.now())
    for who, role in ((system, "beheerder"), (jan, "systeem")):
        with pytest.raises(Overlap):
            give_role(
                who,
                organisation=at,
                role=role,
                since=timezone.localdate(),
                by=as_administrator,
                at=timezone.now(),
            )
