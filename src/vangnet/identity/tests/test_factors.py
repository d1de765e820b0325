"""A second factor through the pages, with real codes; what is weak without it, and what is kept of it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone
from tests import databases
from tests.logbook import Event

from vangnet.identity import session, token
from vangnet.identity.operator import operator, service_session

from .conftest import PASSWORD


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def code(secret, *, later=0):
    """Return the code of this half minute or one beside it, not in its last seconds: it could be late."""
    if (left := 30 - time.time() % 30) < 3:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def own(client):
    with token.use(client.session.session_key):
        (found,) = [one for one in session.own() if one.current]
    return found


def is_signed_in(client):
    return client.get("/strategie/").status_code == 200


def with_password(client, email="wim@gemeente.test"):
    return client.post("/account/login/", {"login": email, "password": PASSWORD})


def set_up(client):
    """Set up an app as a person does, and return its secret and the recovery codes."""
    with_password(client)
    asked = client.get("/account/beveiliging/app/")
    client.post(asked["location"], {"password": PASSWORD})
    secret = re.search(r"<code>(\w+)</code>", text_of(client.get("/account/beveiliging/app/")))[1]
    done = client.post("/account/beveiliging/app/", {"code": code(secret, later=-1)})
    assert done["location"] == "/account/beveiliging/herstelcodes/"
    return secret, re.findall(r"<code>(\d{8})</code>", text_of(client.get(done["location"])))


@pytest.fixture
def app(wim, client):
    return set_up(client)


@pytest.mark.django_db
class TestApp:
    def test_setting_it_up_asks_for_the_password_first(self, wim, client):
        with_password(client)

        assert client.get("/account/beveiliging/app/")["location"].startswith("/account/bevestigen/?next=")
        wrong = client.post("/account/bevestigen/?next=/account/beveiliging/app/", {"password": "fout"})
        assert "Dit is niet uw wachtwoord" in text_of(wrong)
        assert not Authenticator.objects.exists()

    def test_it_is_on_record_makes_the_session_strong_and_gives_ten_codes(self, app, client, wim):
        assert len(app[1]) == 10
        assert own(client).strong
        assert Event.objects.filter(verb="identity.factor.totp_added", by=wim.pk).exists()
        assert "10 herstelcodes" in text_of(client.get("/account/beveiliging/"))

    def test_from_then_on_a_password_alone_is_not_enough(self, app, wim):
        other = Client()

        assert with_password(other)["location"] == "/account/login/bevestigen/"
        assert not is_signed_in(other)
        assert "Uw tweede factor" in text_of(other.get("/account/login/bevestigen/"))

    @pytest.mark.requirement("AVG-32")
    def test_with_its_code_the_session_is_strong_and_proven(self, app, wim):
        other = Client()
        with_password(other)
        other.post("/account/login/bevestigen/", {"code": code(app[0])})

        assert is_signed_in(other)
        assert own(other).strong
        with token.use(other.session.session_key):
            assert session.is_proven(minutes=5)
        event = Event.objects.filter(verb="identity.user.signed_in").latest("id")
        assert event.details == {"through": "totp"}

    def test_a_code_works_once(self, app, wim):
        first, second, now = Client(), Client(), code(app[0])
        for browser in (first, second):
            with_password(browser)
            answer = browser.post("/account/login/bevestigen/", {"code": now})

        assert is_signed_in(first)
        assert not is_signed_in(second)
        assert "Deze code klopt niet, of is al gebruikt" in text_of(answer)

    def test_guessing_codes_is_stopped(self, app, wim):
        other = Client()
        with_password(other)
        answers = [other.post("/account/login/bevestigen/", {"code": f"{n:06}"}) for n in range(7)]
        last = other.post("/account/login/bevestigen/", {"code": code(app[0])})

        assert not is_signed_in(other)
        assert "te vaak" in text_of(last) + text_of(answers[-1])

    def test_a_recovery_code_works_once_and_is_strong(self, app, wim):
        for expected in (True, False):
            other = Client()
            with_password(other)
            other.post("/account/login/bevestigen/", {"code": app[1][0]})
            assert is_signed_in(other) is expected
            if expected:
                assert own(other).strong
                assert "9 herstelcodes" in text_of(other.get("/account/beveiliging/"))

    def test_recovery_codes_are_shown_once_and_can_be_renewed(self, app, client):
        again = text_of(client.get("/account/beveiliging/herstelcodes/"))
        assert not [one for one in app[1] if one in again]

        made = client.post("/account/beveiliging/herstelcodes/nieuw/")
        fresh = re.findall(r"<code>(\d{8})</code>", text_of(client.get(made["location"])))
        assert len(fresh) == 10
        assert not set(fresh) & set(app[1])

    def test_removing_it_is_on_record(self, app, client, wim):
        client.post("/account/beveiliging/app/verwijderen/")

        assert not Authenticator.objects.exists()
        assert Event.objects.filter(verb="identity.factor.totp_removed", by=wim.pk).exists()


@pytest.mark.attack("A-11")
def test_a11_a_copy_of_the_database_holds_no_seed_that_can_be_read(own_database, client, settings):
    from vangnet.identity.actions import register_user

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with service_session(operator()):
        register_user(
            email="wim@gemeente.test", name="Wim", password=PASSWORD, by=operator(), at=timezone.now()
        )
    with_password(client)
    client.post("/account/bevestigen/?next=/account/beveiliging/app/", {"password": PASSWORD})
    secret = re.search(r"<code>(\w+)</code>", text_of(client.get("/account/beveiliging/app/")))[1]
    with databases.as_owner(own_database) as owner:
        (halfway,) = owner.execute("SELECT string_agg(data, ' ') FROM identity_session").fetchone()
        client.post("/account/beveiliging/app/", {"code": code(secret)})
        (stored,) = owner.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator").fetchone()

    sealed = Authenticator.objects.get(type="totp").data["secret"]
    assert sealed.startswith("gAAAA")
    assert secret not in halfway + stored
    from vangnet.identity import sealing

    assert sealing.unseal(sealed, use="second factor") == secret
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed, use="sessions")


@pytest.mark.django_db
class TestWeak:
    def test_a_password_alone_gives_a_weak_session_that_says_so(self, wim, client):
        with_password(client)

        assert not own(client).strong
        assert "zonder tweede factor" in text_of(client.get("/account/beveiliging/"))

    def test_pages_of_the_library_that_are_not_needed_do_not_exist(self, sign_in, anna):
        client = sign_in(anna)
        for path in ("/account/2fa/", "/account/recovery-codes/download/", "/account/webauthn/signup/"):
            assert client.get(path).status_code == 404


@pytest.mark.django_db
class TestPages:
    def test_a_session_is_ended_from_the_page_and_it_is_on_record(self, wim, client):
        other = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/605"})
        with_password(other)
        with_password(client)
        page = text_of(client.get("/account/sessies/"))
        handle = re.search(r'name="sessie" value="(\w+)"', page)[1]
        assert "Safari op iPhone" in page

        assert client.post("/account/sessies/beeindigen/", {"sessie": handle}).status_code == 302

        assert not is_signed_in(other)
        assert is_signed_in(client)
        assert Event.objects.filter(verb="identity.session.ended", by=wim.pk).exists()

    def test_all_others_are_ended_with_one_button(self, wim, client):
        others = [Client(), Client()]
        for browser in (*others, client):
            with_password(browser)
        client.post("/account/sessies/beeindigen/")

        assert [is_signed_in(one) for one in (*others, client)] == [False, False, True]

    def test_whoever_works_for_one_organisation_has_nothing_to_choose(self, sign_in, anna):
        client = sign_in(anna)

        assert client.get("/account/organisatie/").status_code == 404
        assert "Voor welke organisatie" not in text_of(client.get("/account/beveiliging/"))

    def test_whoever_works_for_two_chooses(self, sign_in, anna):
        from vangnet.identity.models import Membership, Organisation

        other = Organisation.objects.get(slug="gm0200")
        Membership.objects.create(
            user=anna, organisation=other, role="adviseur", period=(timezone.localdate(), None)
        )
        client = sign_in(anna)
        assert other.name in text_of(client.get("/account/organisatie/"))

        assert client.post("/account/organisatie/", {"organisatie": str(other.pk)})["location"] == "/"
        with token.use(client.session.session_key):
            assert session.organisation() == other.pk
        police = Organisation.objects.filter(kinds__kind="politie").first()
        assert client.post("/account/organisatie/", {"organisatie": str(police.pk)}).status_code == 404

    def test_the_name_in_the_header_leads_to_the_account(self, sign_in, anna):
        assert 'href="/account/beveiliging/"' in text_of(sign_in(anna).get("/"))
