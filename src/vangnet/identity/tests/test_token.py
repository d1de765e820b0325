"""The database backend tells every transaction whose session it runs in, and nothing else ever knows."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from tests import databases

from vangnet.identity import token
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import operator, service_session
from vangnet.identity.session import SessionStore, TokenMiddleware, digest, prove

SECRET = "een-kenmerk-dat-nergens-mag-blijven-staan"


def _told():
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('vangnet.token', true), '')")
        return cursor.fetchone()[0]


def _account():
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_account()")
        return cursor.fetchone()[0]


@pytest.mark.attack("A-11")
def test_a_transaction_knows_the_token_and_the_connection_forgets_it(own_database):
    with token.use(SECRET):
        assert _told() == ""  # no transaction, no token
        with transaction.atomic():
            assert _told() == SECRET
        assert _told() == ""
    with transaction.atomic():
        assert _told() == ""


@pytest.mark.attack("A-11")
def test_a_transaction_that_fails_leaves_nothing_behind(own_database):
    def fail():
        with token.use(SECRET), transaction.atomic():
            assert _told() == SECRET
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction.atomic():
        assert _told() == ""


def test_a_savepoint_keeps_the_token_also_when_it_is_rolled_back(own_database):
    with token.use(SECRET), transaction.atomic():
        with transaction.atomic():
            assert _told() == SECRET
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        assert _told() == SECRET


def test_replacing_the_token_holds_at_once(own_database):
    with token.use("eerst"), transaction.atomic():
        token.replace("daarna")
        assert _told() == "daarna"
        token.replace(None)
        assert _told() == ""


def test_a_token_that_is_used_inside_a_transaction_ends_with_its_block(own_database):
    with transaction.atomic():
        with token.use("binnen"):
            assert _told() == "binnen"
        assert _told() == ""


@pytest.mark.attack("A-11", "A-27")
def test_signs_in_a_token_are_no_sql(own_database):
    odd = "x'); SELECT set_config('vangnet.token', 'y', false); --"
    with token.use(odd), transaction.atomic():
        assert _told() == odd


@pytest.mark.attack("A-11")
def test_two_threads_each_keep_their_own(own_database):
    meet, seen = threading.Barrier(2, timeout=20), {}

    def work(name):
        try:
            with token.use(name):
                for _ in range(20):
                    with transaction.atomic():
                        meet.wait()
                        seen.setdefault(name, set()).add(_told())
                    seen[name].add(token.current())
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("een", "twee")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert seen == {"een": {"een"}, "twee": {"twee"}}


def test_nobody_who_watches_the_server_can_read_it(own_database):
    """Another connection of the same role looks at what this one runs, during and after."""
    watched, found, ready, looked = [], [], threading.Event(), threading.Event()

    def watch():
        try:
            ready.wait(20)
            with connection.cursor() as cursor:
                cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", watched)
                found.extend(query for (query,) in cursor.fetchall())
        finally:
            connection.close()
            looked.set()

    thread = threading.Thread(target=watch)
    thread.start()
    with token.use(SECRET), transaction.atomic():
        watched.append(connection.connection.info.backend_pid)
        ready.set()  # the last statement of this connection is the one that told the token
        looked.wait(20)
    thread.join(20)

    assert found
    assert any("set_config('vangnet.token', $1" in query for query in found)
    assert all(SECRET not in query for query in found)


@pytest.mark.attack("A-11")
def test_a_session_is_its_account_for_as_long_as_it_lasts(own_database):
    with service_session(operator()), transaction.atomic():
        assert _account() == operator().pk
    with transaction.atomic():
        assert _account() is None
    with token.use("verzonnen"), transaction.atomic():
        assert _account() is None


def test_the_session_of_a_command_ends_also_when_it_fails(own_database, sessions_of):
    with pytest.raises(ZeroDivisionError), service_session(operator()):
        raise ZeroDivisionError

    assert sessions_of(operator()) == []


def ask(question):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {question}")
        return cursor.fetchone()[0]


def organisation(slug):
    return Organisation.objects.get(slug=slug)


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"00-{TRACE}-00f067aa0ba902b7-01-more",
        f"00-{TRACE}-00f067aa0ba902b7-01\n",
    ],
)
def test_a_trace_header_that_is_not_valid_begins_a_trace_of_our_own(header):
    trace, _, span = token.new_span(header).partition("-")

    assert trace not in {TRACE, "0" * 32, ""}
    assert (len(trace), len(span)) == (32, 16)


@pytest.mark.parametrize(
    "header", [f"00-{TRACE}-00f067aa0ba902b7-01", f"01-{TRACE}-00f067aa0ba902b7-00-later"]
)
def test_a_valid_trace_header_is_followed_with_a_span_of_our_own(header):
    first, second = token.new_span(header), token.new_span(header)

    assert first.startswith(f"{TRACE}-")
    assert second.startswith(f"{TRACE}-")
    assert first != second
    assert not first.endswith("00f067aa0ba902b7")


def test_a_purpose_holds_for_its_block_also_in_a_running_transaction(own_database):
    one, other = uuid4(), uuid4()
    with token.for_purpose(one), transaction.atomic():
        assert ask("session_purpose()") == one
        with token.for_purpose(str(other)):
            assert ask("session_purpose()") == other
        assert ask("session_purpose()") == one
    with transaction.atomic():
        assert ask("session_purpose()") is None


def test_what_is_no_uuid_is_no_purpose(own_database):
    with token.for_purpose("x'; DROP TABLE identity_user; --"), transaction.atomic():
        assert ask("session_purpose()") is None
    with transaction.atomic():
        ask("set_config('vangnet.purpose', '12345678-nonsense', true)")
        assert ask("session_purpose()") is None


def test_a_request_tells_origin_trace_and_the_purpose_in_its_address(own_database, rf, settings):
    purpose, seen = uuid4(), {}

    def view(request):
        middleware.process_view(request, view, [], {"purpose": purpose})
        with transaction.atomic():
            for name in token.context():
                seen[name] = ask(f"current_setting('{name}')")
        return HttpResponse()

    middleware = TokenMiddleware(view)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = rf.get(
        "/",
        headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01", "x-forwarded-for": "6.6.6.6, 10.0.0.9"},
    )
    request.session = SessionStore()
    middleware(request)

    assert seen["vangnet.purpose"] == str(purpose)
    assert seen["vangnet.origin"] == "10.0.0.9"
    assert seen["vangnet.trace"].startswith(f"{TRACE}-")
    assert set(token.context().values()) == {""}


def test_a_client_address_that_is_not_trusted_is_not_believed(own_database, rf):
    middleware, seen = TokenMiddleware(lambda request: seen.append(token.context()) or HttpResponse()), []
    request = rf.get("/", headers={"x-forwarded-for": "6.6.6.6"})
    request.session = SessionStore()
    middleware(request)

    assert seen[0]["vangnet.origin"] == "127.0.0.1"


def test_an_account_that_is_closed_is_nobody_at_once(own_database, anna):
    with service_session(anna), transaction.atomic():
        assert ask("session_account()") == anna.pk
        User.objects.filter(pk=anna.pk).update(is_active=False)
        assert ask("session_account()") is None
        assert ask("session_organisation()") is None
        assert not ask("session_is_strong()")


def test_a_session_works_for_the_organisation_of_the_first_role_of_today(own_database, anna, bram):
    with service_session(anna), transaction.atomic():
        assert ask("session_organisation()") == organisation("gm0301").pk
        assert ask("session_has_role('adviseur')")
        assert not ask("session_has_role('fg')")
    with service_session(operator()), transaction.atomic():
        assert ask("session_organisation()") is None
        assert not ask("session_has_role('adviseur')")


def test_a_session_never_works_for_an_organisation_where_the_person_has_no_role(own_database, anna):
    with service_session(anna, organisation=organisation("gm0200")), transaction.atomic():
        assert ask("session_organisation()") is None
        assert not ask("session_has_role('adviseur')")


def test_the_organisation_goes_with_the_role(own_database, anna):
    with service_session(anna), transaction.atomic():
        anna.memberships.update(period=(date(2020, 1, 1), ask("today()")))
        assert ask("session_organisation()") is None


def test_a_session_is_strong_only_with_a_second_factor(own_database, anna):
    with service_session(anna, strong=False), transaction.atomic():
        assert not ask("session_is_strong()")
        assert not ask("session_is_proven()")
        assert ask("session_account()") == anna.pk
    with service_session(anna), transaction.atomic():
        assert ask("session_is_strong()")
        assert ask("session_is_proven()")


def test_proof_lasts_five_minutes(own_database, anna):
    with service_session(anna):
        with databases.as_owner(own_database) as owner:
            past = timezone.now() - timedelta(minutes=5, seconds=1)
            change = "UPDATE identity_session SET proven_at = %s WHERE token_hash = %s"
            owner.execute(change, [past, digest(token.current())])
        with transaction.atomic():
            assert ask("session_is_strong()")
            assert not ask("session_is_proven()")
            prove(token.current())
        with transaction.atomic():
            assert ask("session_is_proven()")


def test_the_test_client_signs_in_strong_and_a_forced_login_is_weak(sign_in, anna, bram, client):
    sign_in(anna)
    with token.use(client.session.session_key):
        assert ask("session_is_strong()")
        assert ask("session_organisation()") == organisation("gm0301").pk
    client.force_login(bram, backend=settings.AUTHENTICATION_BACKENDS[0])
    with token.use(client.session.session_key):
        assert ask("session_account()") == bram.pk
        assert not ask("session_is_strong()")
