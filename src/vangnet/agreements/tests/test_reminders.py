"""Reminders by mail, to a real mail server on this machine: in time, once, and on record."""

from __future__ import annotations

import datetime as dt
import email
import email.policy

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from tests import databases
from tests.logbook import Event

from vangnet.agreements import actions, reminders, tasks
from vangnet.agreements.tests.drafting import NOW, complete, days
from vangnet.audit.tests.receivers import mail_server
from vangnet.identity.operator import operator, service_session

SENT, FAILED = "agreements.version.reminded", "agreements.version.reminder_failed"


@pytest.fixture
def post(own_database, settings):
    """Mail goes to this port; the agreements of the demonstration run on for years."""

    def post(port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = "", False, 5
        settings.MAIL_IS_SET = True

    with databases.as_owner(own_database) as owner:
        owner.execute("UPDATE agreements_version SET reminder_days = 0")
    return post


@pytest.fixture
def version(post, nora):
    """An agreement that ends in sixty days, and wants to hear of it ninety days before."""
    with service_session(operator()), transaction.atomic():
        draft = complete(operator(), nora, last=60)
        actions.edit_version(draft, contact_point="Loket <loket@riec.invalid>", by=operator(), at=NOW)
        actions.advise(draft, advice="positief", advised_on=days(0), reference="a", by=operator(), at=NOW)
        actions.sign(draft, signed_on=days(0), by=operator(), at=NOW)
        return actions.activate(draft, by=operator(), at=NOW)


def on(number):
    """Remind as on a later day."""
    with service_session(operator()):
        return reminders.remind(by=operator(), at=timezone.now() + dt.timedelta(days=number))


def logged(verb, version):
    return [
        one.details["days"] for one in Event.objects.filter(verb=verb, subject=str(version.pk)).order_by("id")
    ]


def test_the_contact_point_gets_a_mail_and_the_log_a_line(post, version):
    with mail_server() as mailbox:
        post(mailbox.port)
        tasks.remind(0)

    (envelope,) = mailbox.messages
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert envelope.rcpt_tos == ["loket@riec.invalid"]
    assert "Proefconvenant verloopt op" in message["Subject"]
    assert "over 60 dagen" in message.get_content()
    assert logged(SENT, version) == [90]


def test_there_is_one_mail_per_threshold(post, version):
    with mail_server() as mailbox:
        post(mailbox.port)
        sent = [on(number) for number in (0, 1, 29, 30, 31, 52, 53, 54, 59, 60, 61)]

    assert sent == [1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]
    assert logged(SENT, version) == [90, 30, 7]
    assert len(mailbox.messages) == 3


def test_what_was_missed_is_not_made_up_for_with_several_mails(post, version):
    with mail_server() as mailbox:
        post(mailbox.port)
        assert [on(55), on(56)] == [1, 0]

    assert logged(SENT, version) == [7]


def test_a_mail_that_is_refused_is_on_record_and_tried_again(post, version):
    with mail_server("refuse") as mailbox:
        post(mailbox.port)
        assert on(0) == 0
    post(1)
    assert on(0) == 0
    assert logged(FAILED, version) == [90, 90]
    assert logged(SENT, version) == []

    with mail_server() as mailbox:
        post(mailbox.port)
        assert on(1) == 1


@pytest.mark.parametrize("change", ["ended", "renewed"])
def test_who_renewed_or_ended_it_is_not_reminded(post, version, change, nora):
    with service_session(operator()), transaction.atomic():
        if change == "ended":
            actions.end_version(version, on=days(50), reason="klaar", by=operator(), at=NOW)
        else:
            later = actions.draft_version(
                version.agreement, period=(days(61), days(500)), change="langer", by=operator(), at=NOW
            )
            actions.advise(later, advice="positief", advised_on=days(0), reference="a", by=operator(), at=NOW)
            actions.sign(later, signed_on=days(0), by=operator(), at=NOW)
            actions.activate(later, by=operator(), at=NOW)
    with mail_server() as mailbox:
        post(mailbox.port)
        assert on(40) == 0

    assert mailbox.messages == []


def test_without_an_address_in_the_contact_point_the_coordinator_hears_of_it(version, nora):
    version.contact_point = "Loket op de tweede verdieping"

    assert reminders.recipients(version) == [nora.email]


def test_without_a_mail_server_nothing_is_sent(post, version, settings):
    with mail_server() as mailbox:
        post(mailbox.port)
        settings.MAIL_IS_SET = False
        assert on(0) == 0

    assert mailbox.messages == []


def test_that_happens_every_morning():
    planned = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}

    assert planned["agreements.remind"] == "17 7 * * *"
