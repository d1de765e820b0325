"""Signing in and out through the pages, as a browser does."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.logbook import Event

from vangnet.identity.models import User
from vangnet.identity.session import SessionStore

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db


def _text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def _is_signed_in(client):
    return client.get("/strategie/").status_code == 200


def _token(client):
    return client.cookies["sessionid"].value


@pytest.mark.usefixtures("wim")
class TestRightPassword:
    def test_it_leads_to_the_home_page(self, try_to_sign_in, client):
        assert try_to_sign_in()["location"] == "/"
        assert "Wim Klaver" in _text(client.get("/"))

    def test_the_address_may_be_in_any_case(self, try_to_sign_in, client):
        try_to_sign_in(email="Wim@Gemeente.TEST")

        assert _is_signed_in(client)

    @pytest.mark.attack("A-33")
    def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, try_to_sign_in, client):
        try_to_sign_in()
        cookie = client.cookies["sessionid"]

        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] == ""  # ends with the browser
        assert len(cookie.value) >= 43  # 256 bits

    def test_the_cookie_of_a_site_on_https_travels_over_https_only(self, try_to_sign_in, client, settings):
        settings.SESSION_COOKIE_SECURE = True
        try_to_sign_in()

        assert client.cookies["sessionid"]["secure"] is True

    def test_it_is_logged_with_the_person_as_actor(self, try_to_sign_in, wim):
        try_to_sign_in()

        event = Event.objects.get(verb="identity.user.signed_in", subject=str(wim.pk))
        assert (event.actor, event.by) == (wim.pk, wim.pk)

    def test_a_session_that_was_there_before_is_not_taken_over(self, client, try_to_sign_in):
        session = client.session
        session["planted"] = "x"
        session.save()
        planted = session.session_key

        try_to_sign_in()

        assert _token(client) != planted
        assert not SessionStore().exists(planted)

    @pytest.mark.parametrize(
        "elsewhere",
        ["https://kwaad.test/", "//kwaad.test/", "https:kwaad.test", "javascript:alert(1)", "/\\kwaad.test"],
    )
    def test_it_never_leads_to_another_site(self, try_to_sign_in, elsewhere):
        assert try_to_sign_in(next=elsewhere)["location"] == "/"

    def test_it_leads_back_to_the_page_that_was_asked(self, try_to_sign_in, client):
        asked = client.get("/strategie/doelen/?jaar=2020")["location"]
        form = _text(client.get(asked))

        assert 'name="next"' in form
        assert (
            try_to_sign_in(next="/strategie/doelen/?jaar=2020")["location"] == "/strategie/doelen/?jaar=2020"
        )

    @pytest.mark.attack("A-33")
    def test_the_form_asks_for_the_csrf_token(self):
        careful = Client(enforce_csrf_checks=True)
        answer = careful.post("/account/login/", {"login": "wim@gemeente.test", "password": PASSWORD})

        assert answer.status_code == 403
        assert "Dit formulier is verlopen" in _text(answer)


@pytest.mark.usefixtures("wim")
class TestWrongPassword:
    def test_it_is_said_in_dutch_and_nobody_is_signed_in(self, try_to_sign_in, client):
        answer = try_to_sign_in(password="fout")

        assert answer.status_code == 200
        assert "Er is iets niet goed ingevuld" in _text(answer)
        assert "Dit e-mailadres en wachtwoord horen niet bij elkaar" in _text(answer)
        assert 'role="alert"' in _text(answer)
        assert not _is_signed_in(client)
        assert not Event.objects.filter(verb="identity.user.signed_in").exists()

    def test_nobody_can_tell_whether_an_address_is_known(self, try_to_sign_in):
        def page(email):
            text = _text(try_to_sign_in(email=email, password="fout"))
            return re.sub(r'value="[^"]*"|[\w.]+@gemeente\.test', "", text)

        assert page("wim@gemeente.test") == page("onbekend@gemeente.test")

    @pytest.mark.requirement("AVG-32")
    def test_after_five_times_even_the_right_one_is_refused_for_a_while(self, try_to_sign_in, client):
        for _ in range(5):
            try_to_sign_in(password="fout")

        answer = try_to_sign_in()

        assert not _is_signed_in(client)
        assert "te vaak een verkeerd wachtwoord ingevuld. Wacht vijf minuten" in _text(answer)

    def test_another_account_can_still_sign_in_then(self, try_to_sign_in, client, wim):
        for _ in range(5):
            try_to_sign_in(email="iemand@gemeente.test", password="fout")
        try_to_sign_in()

        assert _is_signed_in(client)

    def test_one_machine_that_tries_many_accounts_gets_a_dutch_page(self, client):
        answers = [
            client.post("/account/login/", {"login": f"a{n}@gemeente.test", "password": "fout"})
            for n in range(31)
        ]

        assert answers[-1].status_code == 429
        assert "Te vaak geprobeerd" in _text(answers[-1])

    def test_an_empty_form_names_both_fields(self, try_to_sign_in):
        answer = try_to_sign_in(email="", password="")

        assert "Er zijn 2 dingen niet goed ingevuld" in _text(answer)

    def test_odd_input_is_answered(self, try_to_sign_in):
        for odd in ("\x00", "a" * 10_000, "' OR 1=1 --"):
            assert try_to_sign_in(email=f"{odd}@x.nl", password=odd).status_code == 200


@pytest.mark.attack("A-09")
def test_a_closed_account_cannot_sign_in(try_to_sign_in, client, wim):
    User.objects.filter(pk=wim.pk).update(is_active=False)

    try_to_sign_in()

    assert not _is_signed_in(client)


def test_an_account_without_a_password_cannot_sign_in_with_one(client, anna):
    for password in ("", "!", anna.password):
        client.post("/account/login/", {"login": anna.email, "password": password})

    assert not _is_signed_in(client)


def test_the_accounts_of_the_command_line_and_the_public_form_cannot_sign_in(client, db):
    accounts = User.objects.filter(kind=User.Kind.SERVICE)
    for account in accounts:
        client.post("/account/login/", {"login": account.email, "password": "!"})

        assert not _is_signed_in(client)
    assert len(accounts) >= 2


@pytest.mark.usefixtures("wim")
class TestSigningOut:
    def test_looking_at_the_page_signs_nobody_out(self, try_to_sign_in, client):
        try_to_sign_in()

        assert "Uitloggen" in _text(client.get("/account/logout/"))
        assert _is_signed_in(client)

    def test_the_button_ends_the_session_in_the_database(self, try_to_sign_in, client, wim, sessions_of):
        try_to_sign_in()
        stolen = _token(client)

        assert client.post("/account/logout/")["location"] == "/"
        assert "U bent uitgelogd." in _text(client.get("/"))

        assert sessions_of(wim) == []
        thief = Client()
        thief.cookies["sessionid"] = stolen
        assert not _is_signed_in(thief)

    def test_it_is_logged_with_the_person_as_actor(self, try_to_sign_in, client, wim):
        try_to_sign_in()
        client.post("/account/logout/")

        event = Event.objects.get(verb="identity.user.signed_out")
        assert (event.actor, event.by, event.subject) == (wim.pk, wim.pk, str(wim.pk))


@pytest.mark.usefixtures("wim")
class TestSession:
    @pytest.mark.attack("A-10")
    def test_a_session_that_expired_is_nobody_s(self, try_to_sign_in, client):
        try_to_sign_in()
        session = client.session
        session.set_expiry(-1)
        session.save()

        assert not _is_signed_in(client)

    def test_a_session_lasts_twelve_hours(self, try_to_sign_in, wim, sessions_of):
        try_to_sign_in()
        (session,) = sessions_of(wim)
        left = session.expires_at - timezone.now()

        assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)

    @pytest.mark.attack("A-09", "A-10")
    def test_a_session_that_was_taken_away_is_nobody_s(self, try_to_sign_in, client, wim):
        try_to_sign_in()
        SessionStore().delete(_token(client))

        assert not _is_signed_in(client)

    @pytest.mark.attack("A-10")
    @pytest.mark.parametrize("token", ["", "x", "a" * 43, "é" * 20, "' OR 1=1"])
    def test_a_token_that_was_made_up_is_nobody_s(self, token):
        client = Client()
        client.cookies["sessionid"] = token

        assert not _is_signed_in(client)

    def test_reading_pages_makes_no_session_for_an_outsider(self, outsider):
        outsider.get("/")
        outsider.get("/account/login/")

        assert "sessionid" not in outsider.cookies


class TestPassword:
    def test_changing_it_asks_for_the_old_one_and_a_strong_new_one(self, try_to_sign_in, client, wim):
        try_to_sign_in()
        weak = {"oldpassword": PASSWORD, "password1": "kort", "password2": "kort"}
        assert "Dit wachtwoord is te kort. Neem minstens 12 tekens" in _text(
            client.post("/account/password/change/", weak)
        )
        about = {"oldpassword": PASSWORD, "password1": "wim@gemeente.test", "password2": "wim@gemeente.test"}
        assert "lijkt te veel op uw naam" in _text(client.post("/account/password/change/", about))
        wrong = {"oldpassword": "fout", "password1": "groene boot op zee", "password2": "groene boot op zee"}
        assert "Dit is niet uw huidige wachtwoord" in _text(client.post("/account/password/change/", wrong))
        assert User.objects.get(pk=wim.pk).check_password(PASSWORD)

        client.post("/account/password/change/", wrong | {"oldpassword": PASSWORD})

        assert User.objects.get(pk=wim.pk).check_password("groene boot op zee")

    @pytest.mark.attack("A-09")
    def test_changing_it_ends_the_other_sessions(self, try_to_sign_in, client, wim):
        other = Client()
        other.post("/account/login/", {"login": wim.email, "password": PASSWORD})
        assert _is_signed_in(other)
        try_to_sign_in()

        new = "groene boot op zee"
        client.post(
            "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )

        assert not _is_signed_in(other)


def test_nobody_can_make_an_account_alone(client, db):
    before = User.objects.count()
    form = {"email": "nieuw@gemeente.test", "password1": PASSWORD, "password2": PASSWORD}

    assert "Zelf een account maken kan niet" in _text(client.post("/account/signup/", form))
    assert "Zelf een account maken kan niet" in _text(client.get("/account/signup/"))
    assert User.objects.count() == before


@pytest.mark.parametrize(
    "address",
    ["/account/email/", "/account/password/reset/", "/account/confirm-email/", "/account/login/code/"],
)
def test_pages_of_the_library_that_we_do_not_offer_do_not_exist(sign_in, anna, address):
    assert sign_in(anna).get(address).status_code == 404


def test_the_pages_are_in_dutch(client, db):
    text = _text(client.get("/account/login/"))

    assert "E-mailadres" in text
    assert "Wachtwoord" in text
    for english in ("Sign In", "Password", "Forgot", "Remember"):
        assert english not in text


@pytest.mark.django_db
def test_changing_ones_password_is_on_record(client, anna):
    anna.set_password("het oude wachtwoord 1")
    anna.save()
    client.post("/account/login/", {"login": anna.email, "password": "het oude wachtwoord 1"})
    new = "een heel ander wachtwoord 2"
    form = {"oldpassword": "het oude wachtwoord 1", "password1": new, "password2": new}
    assert client.post("/account/password/change/", form).status_code == 302

    event = Event.objects.filter(verb="identity.user.password_changed").get()
    assert event.actor == event.by == anna.pk
    assert new not in str(event.details)
