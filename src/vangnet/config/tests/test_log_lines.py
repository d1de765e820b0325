"""Errors of the database in the log: enough to find the fault, nothing of the data that met it."""

from __future__ import annotations

import io
import logging
import logging.config

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from vangnet.config.log_lines import Formatter
from vangnet.identity.models import User

PLANTED = "quiriver.zwaluwenstaart@voorbeeld.invalid"


def twice(request: HttpRequest) -> HttpResponse:
    """Make an account that exists already: the database answers with the address in its DETAIL."""
    try:
        User.objects.create(email=PLANTED, name="x")
        User.objects.create(email=PLANTED, name="x")
    except DatabaseError as error:
        raise RuntimeError(f"not made: {error}") from error
    return HttpResponse()


twice.login_required = False  # type: ignore[attr-defined]
urlpatterns = [path("twice/", twice)]


@pytest.fixture
def written():
    """What the handler of the settings writes; other tests set up the log of a command."""
    kept = logging.root.handlers, logging.root.level
    logging.root.handlers = []
    logging.config.dictConfig(settings.LOGGING)
    (handler,) = [one for one in logging.root.handlers if isinstance(one.formatter, Formatter)]
    text = io.StringIO()
    before = handler.setStream(text)
    yield text
    handler.setStream(before)
    logging.root.handlers, logging.root.level = kept


@pytest.mark.attack("A-18")
@pytest.mark.django_db
def test_a18_a_page_that_fails_on_the_database_logs_no_value(settings, written):
    settings.DEBUG, settings.ROOT_URLCONF = False, __name__

    answer = Client(raise_request_exception=False).get("/twice/")

    text = written.getvalue()
    assert answer.status_code == 500
    assert "quiriver" not in text.lower()
    assert "DETAIL" not in text
    for told in ("Internal Server Error: /twice/", "UniqueViolation", "SQLSTATE 23505", "identity_user"):
        assert told in text
    assert "in twice" in text
    assert "The above exception was the direct cause" in text
    assert "RuntimeError: not made: duplicate key value" in text


@pytest.mark.attack("A-18")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "SELECT %s::uuid",  # the value stands in the message itself
        "SELECT %s::int",
        "DO $$ BEGIN RAISE EXCEPTION 'quiriver' USING DETAIL = 'quiriver', HINT = 'quiriver'; END $$",
    ],
)
def test_a18_no_text_of_a_database_error_reaches_a_line(written, query):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query, [PLANTED] if "DO" not in query else None)
    except DatabaseError as error:
        log = logging.getLogger("vangnet.proof")
        log.error("refused: %s", error)
        log.error(error)
        log.exception("failed with %(why)s", {"why": error})
        log.error(f"refused\nDETAIL:  Key (name)=({PLANTED}\nof twee regels) already exists.")

    text = written.getvalue()
    assert text.count("SQLSTATE") >= 4
    assert "quiriver" not in text.lower()
    assert "twee regels" not in text


def test_a_database_that_cannot_be_reached_is_told_in_full(written):
    with pytest.raises(psycopg.OperationalError) as refusal:
        psycopg.connect("host=127.0.0.1 port=1 dbname=vangnet connect_timeout=2")
    logging.getLogger("vangnet.proof").error("no database: %s", refusal.value)

    assert "port 1 failed" in written.getvalue()


def test_other_errors_are_written_as_python_writes_them(written):
    try:
        try:
            raise KeyError("first")
        except KeyError:
            raise ValueError("second")  # noqa: B904  the context is what is looked at
    except ValueError:
        logging.getLogger("vangnet.proof").exception("it failed")

    text = written.getvalue()
    assert "it failed\nTraceback (most recent call last):" in text
    assert "KeyError: 'first'" in text
    assert "During handling of the above exception" in text
    assert text.rstrip().endswith("ValueError: second")


def test_nothing_mails_a_report_with_the_values_of_a_request():
    assert logging.getLogger("django").handlers == []
