"""The sessions are closed to the runtime role: it gets at them with the token itself, and no other way."""

import threading

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone
from tests import databases

from vangnet.identity import actions, session, token
from vangnet.identity.models import Organisation, Role, User
from vangnet.identity.operator import operator, service_session

from .conftest import PASSWORD


def is_signed_in(client):
    return client.get("/strategie/").status_code == 200


def sign_in_elsewhere(email="wim@gemeente.test"):
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    client.post("/account/login/", {"login": email, "password": PASSWORD})
    return client


@pytest.mark.attack("A-11")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM identity_session",
        "SELECT token_hash FROM identity_session",
        "SELECT count(*) FROM identity_session",
        "INSERT INTO identity_session (token_hash, data, expires_at) VALUES ('x', '', now())",
        "UPDATE identity_session SET expires_at = now() + interval '1 year'",
        "DELETE FROM identity_session",
        "COPY identity_session TO STDOUT",
    ],
)
def test_a11_the_runtime_role_cannot_read_sessions(statement):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)


@pytest.mark.attack("A-11")
def test_a11_the_database_knows_only_the_digest_of_the_token(own_database, sign_in, anna):
    key = sign_in(anna).session.session_key
    with databases.as_owner(own_database) as owner:
        (row,) = owner.execute("SELECT token_hash, s::text FROM identity_session s").fetchall()

    assert bytes(row[0]) == session.digest(key)
    assert key not in row[1]


@pytest.mark.attack("A-11")
def test_a11_the_hash_from_a_stolen_copy_opens_nothing(own_database, anna):
    with service_session(anna), databases.as_owner(own_database) as owner:
        (stolen,) = owner.execute("SELECT encode(token_hash, 'hex') FROM identity_session").fetchone()
    for guess in (stolen, f"\\x{stolen}"):
        with token.use(guess), transaction.atomic():
            assert session.own() == []
            assert connection.ask_bound("SELECT session_load(%s)", [guess]) == [(None,)]


@pytest.mark.attack("A-11")
def test_a11_nobody_who_watches_the_server_can_read_a_token(own_database, sign_in, anna):
    client = sign_in(anna)
    key, seen, ready, looked = client.session.session_key, [], threading.Event(), threading.Event()
    pid = connection.connection.info.backend_pid

    def watch():
        try:
            ready.wait(20)
            with connection.cursor() as cursor:
                cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid])
                seen.extend(text for (text,) in cursor.fetchall())
        finally:
            connection.close()
            looked.set()

    thread = threading.Thread(target=watch)
    thread.start()
    assert session.SessionStore(key).load()
    ready.set()
    looked.wait(20)
    thread.join(20)

    assert any("session_load($1)" in text for text in seen)
    assert all(key not in text for text in seen)


@pytest.mark.django_db
class TestOwnSessions:
    def test_somebody_sees_their_own_and_not_those_of_another(self, wim, sessions_of, sign_in, anna):
        sign_in(anna)
        sign_in_elsewhere()

        assert [one.device for one in sessions_of(wim)] == ["Firefox op Linux"]

    def test_nobody_sees_any_without_a_session(self, wim):
        sign_in_elsewhere()

        assert session.own() == []

    def test_one_is_ended_and_its_browser_is_out_at_once(self, wim):
        first, second = sign_in_elsewhere(), sign_in_elsewhere()
        with token.use(second.session.session_key):
            (other,) = [one for one in session.own() if not one.current]
            assert session.end(other.handle)

        assert not is_signed_in(first)
        assert is_signed_in(second)

    def test_the_handle_of_another_person_ends_nothing(self, wim, sign_in, anna, sessions_of):
        client = sign_in(anna)
        (hers,) = sessions_of(anna)
        with service_session(wim):
            assert not session.end(hers.handle)

        assert is_signed_in(client)

    def test_all_others_are_ended_and_this_one_stays(self, wim):
        first, second, third = (sign_in_elsewhere() for _ in range(3))
        with token.use(third.session.session_key):
            assert session.end_others() == 2

        assert [is_signed_in(client) for client in (first, second, third)] == [False, False, True]


@pytest.mark.django_db
class TestEndingAll:
    def test_an_administrator_ends_them_and_it_is_on_record(self, wim, jan):
        from vangnet.audit.models import Event

        client = sign_in_elsewhere()
        with service_session(jan):
            assert actions.end_sessions(wim, by=jan, at=timezone.now()) == 1
            event = Event.objects.filter(verb="identity.session.ended").get()

        assert not is_signed_in(client)
        assert (event.by, event.subject) == (jan.pk, str(wim.pk))

    @pytest.mark.parametrize("who", ["anna", "ineke", "wim"])
    def test_the_database_refuses_anybody_else_whatever_the_program_thinks(self, who, wim, request):
        client = sign_in_elsewhere()
        person = request.getfixturevalue(who)
        refused = pytest.raises(ProgrammingError, match="only an administrator")
        with service_session(person), refused, transaction.atomic():
            session.end_all(wim.pk)

        assert is_signed_in(client)

    def test_the_verb_refuses_whoever_is_no_administrator(self, wim, anna):
        from vangnet.identity.rules import NotPermitted

        with service_session(anna), pytest.raises(NotPermitted):
            actions.end_sessions(wim, by=anna, at=timezone.now())

    def test_a_closed_account_is_nobody_from_the_next_request_on(self, wim):
        client = sign_in_elsewhere()
        with service_session(operator()):
            actions.close_account(wim, by=operator(), at=timezone.now())

        assert not is_signed_in(client)
        assert not is_signed_in(sign_in_elsewhere())
        assert not User.objects.get(pk=wim.pk).is_active

    @pytest.mark.requirement("AVG-32")
    def test_an_account_that_is_closed_behind_our_back_is_nobody_too(self, wim):
        client = sign_in_elsewhere()
        User.objects.filter(pk=wim.pk).update(is_active=False)

        assert not is_signed_in(client)


@pytest.mark.django_db
class TestStrength:
    def test_another_person_in_the_same_browser_starts_weak(self, sign_in, anna, bram, client):
        sign_in(anna)
        key = client.session.session_key
        store = session.SessionStore(key)
        store.load()
        store["_auth_user_id"] = str(bram.pk)
        store.save()

        with token.use(key):
            (own,) = session.own()
            assert not own.strong

    def test_a_new_password_does_not_cost_the_second_factor(self, wim, client):
        client.post("/account/login/", {"login": wim.email, "password": PASSWORD})
        session.prove(client.session.session_key)
        new = "groene boot op zee"
        client.post(
            "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )

        with token.use(client.session.session_key):
            (own,) = session.own()
            assert own.strong
            assert own.current


@pytest.mark.django_db
class TestOrganisation:
    @pytest.fixture
    def two_roles(self, anna, as_administrator):
        actions.give_role(
            anna,
            organisation=Organisation.objects.get(slug="gm0200"),
            role=Role.ADVISER,
            since=timezone.localdate(),
            by=as_administrator,
            at=timezone.now(),
        )
        return anna

    def test_a_session_goes_on_for_another_organisation_of_the_same_person(self, two_roles):
        other = Organisation.objects.get(slug="gm0200")
        with service_session(two_roles):
            assert session.work_for(other.pk)
            assert connection.ask_bound("SELECT session_organisation()", []) == [(other.pk,)]

    def test_it_never_goes_on_for_an_organisation_where_the_person_has_no_role(self, two_roles):
        own = Organisation.objects.get(slug="gm0301")
        with service_session(two_roles):
            assert not session.work_for(Organisation.objects.get(slug="om").pk)
            assert connection.ask_bound("SELECT session_organisation()", []) == [(own.pk,)]
