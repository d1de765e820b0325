"""Before something weighty, somebody says again that it is them."""

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from tests import databases

from vangnet.identity import session, token
from vangnet.identity.operator import operator, service_session
from vangnet.identity.proof import fresh_proof_required
from vangnet.identity.rules import SharedAccount

from .conftest import PASSWORD
from .test_factors import code, set_up, with_password


@fresh_proof_required
def export(request):
    return HttpResponse("het bestand")


@fresh_proof_required(minutes=1)
def mark(request):
    return HttpResponse("gewijzigd")


def asked(view, rf, key, **headers):
    with token.use(key), transaction.atomic():  # as every request is
        return view(rf.get("/rapporten/?jaar=2025", headers=headers))


@pytest.mark.django_db
class TestDecorator:
    def test_a_session_that_was_just_proven_passes(self, sign_in, anna, rf):
        assert asked(export, rf, sign_in(anna).session.session_key).content == b"het bestand"

    def test_a_weak_session_goes_to_the_page_and_comes_back(self, client, anna, rf):
        client.force_login(anna)
        answer = asked(export, rf, client.session.session_key)

        assert answer["location"] == "/account/bevestigen/?next=%2Frapporten%2F%3Fjaar%3D2025"

    def test_nobody_passes_without_a_session(self, rf):
        assert asked(export, rf, None).status_code == 302

    def test_a_form_comes_back_to_its_own_page_and_never_to_another_site(self, rf):
        for page, back in (
            ("http://testserver/beelden/?x=1", "%2Fbeelden%2F%3Fx%3D1"),
            ("https://kwaad.test/beelden/", "%2F"),
            ("", "%2F"),
        ):
            with token.use(None):
                answer = mark(rf.post("/markeer/", headers={"referer": page}))
            assert answer["location"] == f"/account/bevestigen/?next={back}"

    def test_a_part_of_a_page_sends_the_whole_page_there(self, rf):
        answer = asked(
            export, rf, None, **{"hx-request": "true", "hx-current-url": "http://testserver/beelden/"}
        )

        assert answer["HX-Redirect"] == "/account/bevestigen/?next=%2Fbeelden%2F"


@pytest.mark.requirement("AVG-32")
def test_proof_is_old_after_the_minutes_of_the_view(own_database, sign_in, anna, rf):
    key = sign_in(anna).session.session_key
    with databases.as_owner(own_database) as owner:
        owner.execute("UPDATE identity_session SET proven_at = now() - interval '2 minutes'")

    assert asked(export, rf, key).status_code == 200
    assert asked(mark, rf, key).status_code == 302


@pytest.fixture
def wim_with_an_app(own_database, client):
    """Somebody with a second factor, in a database where proof can grow old."""
    from vangnet.identity.actions import register_user

    with service_session(operator()):
        register_user(
            email="wim@gemeente.test", name="Wim", password=PASSWORD, by=operator(), at=timezone.now()
        )
    return set_up(client)


def grow_old(database):
    with databases.as_owner(database) as owner:
        owner.execute("UPDATE identity_session SET proven_at = now() - interval '1 hour'")


def proven(client):
    with token.use(client.session.session_key), transaction.atomic():
        in_database = connection.ask_bound("SELECT session_is_proven()", [])[0][0]
        assert in_database == session.is_proven(minutes=5)
    return in_database


def test_a_code_makes_an_old_session_fresh_and_leads_back(own_database, wim_with_an_app, client):
    grow_old(own_database)
    assert not proven(client)

    answer = client.post("/account/bevestigen/", {"code": code(wim_with_an_app[0]), "next": "/beelden/"})

    assert answer["location"] == "/beelden/"
    assert proven(client)


def test_an_old_session_cannot_remove_a_factor_with_the_password(own_database, wim_with_an_app):
    browser = Client()
    with_password(browser)
    browser.post("/account/login/bevestigen/", {"code": code(wim_with_an_app[0])})
    assert proven(browser)
    grow_old(own_database)

    asked_first = browser.post("/account/beveiliging/app/verwijderen/")["location"]
    assert asked_first.startswith("/account/bevestigen/")
    browser.post(asked_first, {"password": PASSWORD})

    assert not proven(browser)
    assert browser.post("/account/beveiliging/app/verwijderen/")["location"].startswith(
        "/account/bevestigen/"
    )


@pytest.mark.django_db
class TestPage:
    @pytest.mark.parametrize("elsewhere", ["https://kwaad.test/", "//kwaad.test/", "/\\kwaad.test"])
    def test_it_never_leads_to_another_site(self, wim, client, elsewhere):
        secret, _ = set_up(client)
        answer = client.post("/account/bevestigen/", {"code": code(secret), "next": elsewhere})

        assert answer["location"] == "/"

    def test_a_password_alone_proves_nothing(self, wim, client):
        with_password(client)
        client.post("/account/bevestigen/?next=/beelden/", {"password": PASSWORD})

        with token.use(client.session.session_key):
            assert not session.is_proven(minutes=5)

    def test_guessing_is_stopped(self, wim, client):
        secret, _ = set_up(client)
        answers = [client.post("/account/bevestigen/", {"code": "000000"}) for _ in range(12)]

        assert answers[-1].status_code == 429
        assert client.post("/account/bevestigen/", {"code": code(secret)}).status_code == 429

    def test_an_outsider_signs_in_first(self):
        assert Client().get("/account/bevestigen/")["location"].startswith("/account/login/")


@pytest.mark.django_db
class TestSharedAccounts:
    @pytest.mark.parametrize(
        ("email", "name"),
        [
            ("info@gemeente.test", "Jan Jansen"),
            ("balie.noord@gemeente.test", "Jan Jansen"),
            ("team-2@gemeente.test", "Jan Jansen"),
            ("j.jansen@gemeente.test", "Afdeling Veiligheid"),
            ("j.jansen@gemeente.test", "Team OOV"),
        ],
    )
    def test_an_account_of_several_people_is_refused(self, email, name):
        from vangnet.identity.actions import register_user

        with pytest.raises(SharedAccount, match="een account is van één persoon"):
            register_user(email=email, name=name, password=None, by=operator(), at=timezone.now())

    @pytest.mark.parametrize("name", ["Infa Balier", "Bo Team", "Teamo de Groep"])
    def test_a_person_with_an_odd_name_is_welcome(self, name):
        from vangnet.identity.actions import register_user

        register_user(
            email="t.info@gemeente.test", name=name, password=None, by=operator(), at=timezone.now()
        )
