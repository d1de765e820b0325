"""The database backend tells every transaction whose session it runs in, and nothing else ever knows."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from vangnet.identity import token
from vangnet.identity.operator import operator, service_session

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


def test_the_session_of_a_command_ends_also_when_it_fails(own_database):
    from vangnet.identity.models import Session

    with pytest.raises(ZeroDivisionError), service_session(operator()):
        raise ZeroDivisionError

    assert not Session.objects.filter(user=operator(), expires_at__gt=timezone.now()).exists()
