"""Demo sign-in: one link per role, on this machine only."""

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from tests.logbook import Event

from vangnet.identity import session
from vangnet.identity import token as identity_token
from vangnet.identity.models import User
from vangnet.identity.session import SessionStore
from vangnet.portal import demo

pytestmark = pytest.mark.django_db


def _link(user):
    return f"/demo/{demo.sign(user)}/"


def test_outside_demo_mode_the_pages_do_not_exist(client, anna):
    assert client.get("/demo/").status_code == 404
    assert client.get(_link(anna)).status_code == 404
    assert client.post(_link(anna)).status_code == 404


def test_outside_demo_mode_no_links_are_given(db):
    with pytest.raises(demo.LinkRefused):
        demo.demo_links("http://localhost:8000")


@pytest.mark.usefixtures("demo_mode")
class TestInDemoMode:
    def test_every_role_of_the_cast_has_one_link(self, client):
        page = client.get("/demo/")

        assert [role.role for role in page.context["roles"]] == [
            "Adviseur veiligheid (AOV'er)",
            "Adviseur veiligheid (AOV'er)",
            "Analist",
            "Medewerker Openbaar Ministerie",
            "Accountmanager RIEC",
            "Secretaris districtelijk veiligheidsoverleg",
            "Burgemeester (portefeuillehouder)",
            "Aanjaagteam",
            "Functionaris gegevensbescherming",
            "Beheerder",
            "Functionaris gegevensbescherming",
            "Accountmanager RIEC",
            "Analist",
            "Functionaris gegevensbescherming",
            "Adviseur veiligheid (AOV'er)",
            "Medewerker",
            *["Secretaris districtelijk veiligheidsoverleg"] * 4,
            *["Burgemeester (portefeuillehouder)"] * 4,
            *["Medewerker"] * 2,
        ]

    def test_the_command_line_gets_links_that_work(self, client):
        role, name, organisation, url = demo.demo_links("http://testserver/")[0]

        assert (role, name, organisation) == (
            "Adviseur veiligheid (AOV'er)",
            "Anna de Wit",
            "Gemeente Zutphen",
        )
        assert client.get(url).status_code == 200

    def test_looking_at_a_link_signs_nobody_in(self, client, anna, sessions_of):
        page = client.get(_link(anna))

        assert "Log in als Anna de Wit" in page.content.decode()
        assert sessions_of(anna) == []
        assert "sessionid" not in client.cookies

    def test_the_button_signs_in_and_is_logged_as_that_person(self, client, anna):
        answer = client.post(_link(anna))

        event = Event.objects.filter(verb="identity.user.signed_in").latest("id")
        assert answer["location"] == "/"
        assert (event.by, event.actor, event.details) == (anna.pk, anna.pk, {"through": "demo"})
        assert "Anna de Wit" in client.get("/").content.decode()

    def test_signing_in_starts_a_new_session_and_ends_the_former(self, client, anna, bram):
        client.post(_link(anna))
        before = client.cookies["sessionid"].value

        client.post(_link(bram))

        assert client.cookies["sessionid"].value != before
        assert not SessionStore().exists(before)
        assert "Bram Smit" in client.get("/").content.decode()

    @pytest.mark.attack("A-33")
    def test_the_button_asks_for_the_csrf_token(self, anna):
        careful = Client(enforce_csrf_checks=True)

        assert careful.post(_link(anna)).status_code == 403

    @pytest.mark.parametrize("address", ["10.0.0.8", "192.168.1.4", "2001:db8::1", "::ffff:10.0.0.8", ""])
    def test_another_machine_is_refused(self, client, anna, address):
        for page in ("/demo/", _link(anna)):
            assert client.get(page, REMOTE_ADDR=address).status_code == 403
        assert client.post(_link(anna), REMOTE_ADDR=address).status_code == 403

    @pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"])
    def test_whoever_comes_through_a_proxy_is_refused(self, client, header):
        assert client.get("/demo/", **{header: "10.0.0.8"}).status_code == 403

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
    def test_this_machine_is_let_in(self, client, address):
        assert client.get("/demo/", REMOTE_ADDR=address).status_code == 200

    @pytest.mark.attack("A-10")
    def test_a_forged_or_changed_link_is_refused_kindly(self, client, anna, sessions_of):
        good = demo.sign(anna)
        for token in ("x", good[:-1] + ("A" if good[-1] != "A" else "B"), signing.dumps(str(anna.pk)), "%00"):
            page = client.post(f"/demo/{token}/")
            assert page.status_code == 410
            assert "Deze link werkt niet meer" in page.content.decode()
        assert sessions_of(anna) == []

    @pytest.mark.attack("A-10")
    def test_a_link_made_with_another_key_is_refused(self, client, anna, settings):
        link = _link(anna)
        settings.SECRET_KEY = "the key of another data folder"

        assert client.post(link).status_code == 410

    @pytest.mark.attack("A-10")
    def test_a_link_expires_after_twelve_hours(self, client, anna, monkeypatch):
        link, now = _link(anna), timezone.now().timestamp()

        monkeypatch.setattr("django.core.signing.time.time", lambda: now + 12 * 3600 - 60)
        assert client.get(link).status_code == 200
        monkeypatch.setattr("django.core.signing.time.time", lambda: now + 12 * 3600 + 60)
        assert client.get(link).status_code == 410

    def test_a_real_account_cannot_be_reached_by_a_link(self, client, anna):
        User.objects.filter(pk=anna.pk).update(email="anna@gemeente.test")

        assert client.post(_link(anna)).status_code == 410

    def test_an_account_that_was_closed_cannot_be_reached(self, client, anna):
        User.objects.filter(pk=anna.pk).update(is_active=False)

        assert client.post(_link(anna)).status_code == 410


@pytest.mark.usefixtures("demo_mode")
class TestProofInDemoMode:
    def test_a_member_of_the_cast_is_strong_and_proven_after_the_link(self, client, anna):
        client.post(_link(anna))

        with identity_token.use(client.cookies["sessionid"].value):
            assert session.is_proven(minutes=5)
            assert all(one.strong for one in session.own())

    def test_the_button_proves_and_leads_back_to_where_it_was_asked(self, client, anna):
        client.force_login(anna)
        page = client.get("/account/bevestigen/?next=/beelden/").content.decode()
        assert "Bevestigen (demonstratie)" in page

        assert client.post("/demo/bevestigen/", {"next": "/beelden/"})["location"] == "/beelden/"
        with identity_token.use(client.cookies["sessionid"].value):
            assert session.is_proven(minutes=5)

    @pytest.mark.parametrize("elsewhere", ["https://kwaad.test/", "//kwaad.test", ""])
    def test_it_leads_to_no_other_site(self, client, anna, elsewhere):
        client.force_login(anna)

        assert client.post("/demo/bevestigen/", {"next": elsewhere})["location"] == "/"

    def test_it_proves_nothing_for_a_real_person_or_from_another_machine(self, client, anna):
        client.force_login(anna)
        assert client.post("/demo/bevestigen/", REMOTE_ADDR="10.0.0.8").status_code == 403
        User.objects.filter(pk=anna.pk).update(email="anna@gemeente.test")
        assert client.post("/demo/bevestigen/").status_code == 403


def test_outside_demo_mode_there_is_no_such_button(client, anna):
    client.force_login(anna)

    assert "demonstratie" not in client.get("/account/bevestigen/").content.decode()
    assert client.post("/demo/bevestigen/").status_code == 404
