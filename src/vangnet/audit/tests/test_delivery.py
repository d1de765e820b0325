"""Checkpoints: signed with one key, brought outside, and an alarm when that fails."""

import email
import json
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from vangnet.audit import checkpoints, delivery, reading, tasks, verifier
from vangnet.audit.alarms import Alarm, alarms
from vangnet.audit.models import Checkpoint, Delivery
from vangnet.audit.tests.forging import forger
from vangnet.audit.tests.receivers import mail_server, web_server

LATER = timedelta(minutes=16)


def codes(now=None):
    return [alarm.code for alarm in alarms(now=now or timezone.now() + LATER)]


def signed_by_us(text):
    key = checkpoints.private_key().public_key()
    return verifier.read_checkpoint("one", text, key).is_signed


@pytest.fixture
def by_mail(installation, settings):
    def by_mail(port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = "", False, 5
        settings.CHECKPOINT_MAIL = ["auditor@partner.invalid"]

    return by_mail


def test_a_checkpoint_is_a_signed_file_in_the_folder(installation, settings):
    one, deliveries = delivery.checkpoint_now()

    (path,) = settings.CHECKPOINT_FOLDER.iterdir()
    assert path.name == f"{one}.json"
    assert signed_by_us(path.read_text())
    assert [attempt.error for attempt in deliveries] == [""]
    assert codes() == []


def test_when_nothing_happened_there_is_no_new_checkpoint(installation, write):
    assert delivery.checkpoint_now()[0]
    assert delivery.checkpoint_now() == (None, [])
    write()
    assert delivery.checkpoint_now()[0]


def test_each_checkpoint_names_the_one_before(installation, write):
    first, _ = delivery.checkpoint_now()
    write()
    second, _ = delivery.checkpoint_now()

    assert first.previous == ""
    assert second.previous == checkpoints.as_read(first).identity


def test_that_happens_every_five_minutes_and_the_chain_is_checked_every_night():
    planned = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}

    assert (planned["audit.checkpoint"], planned["audit.verify"]) == ("*/5 * * * *", "41 2 * * *")


def test_the_jobs_sign_and_check(installation):
    tasks.checkpoint(0)
    tasks.verify(0)

    assert Checkpoint.objects.count() == 1
    assert codes() == []


# --- the key ---


def test_the_key_is_made_once_for_this_account_only(installation, settings):
    before = checkpoints.public_pem()

    assert settings.CHECKPOINT_KEY.stat().st_mode & 0o777 == 0o600
    assert checkpoints.public_pem() == before


def test_a_lost_key_is_never_replaced_and_raises_an_alarm(installation, write, settings):
    delivery.checkpoint_now()
    settings.CHECKPOINT_KEY.unlink()
    write()

    with pytest.raises(checkpoints.KeyMissing):
        delivery.checkpoint_now()
    assert not settings.CHECKPOINT_KEY.exists()
    assert codes() == ["key"]


def test_a_lost_key_is_not_replaced_when_only_the_folder_remembers(installation, settings):
    settings.CHECKPOINT_FOLDER.mkdir()
    (settings.CHECKPOINT_FOLDER / "checkpoint-000000000001.json").write_text("{}")

    with pytest.raises(checkpoints.KeyMissing):
        checkpoints.take(at=timezone.now())


def test_another_key_signs_nothing(installation, write, settings):
    delivery.checkpoint_now()
    settings.CHECKPOINT_KEY.unlink()
    checkpoints._make_key(settings.CHECKPOINT_KEY)
    write()

    with pytest.raises(checkpoints.KeyUnfit):
        delivery.checkpoint_now()
    assert codes() == ["key"]


@pytest.mark.parametrize("fault", ["readable by others", "no key"])
def test_an_unfit_key_file_is_refused(installation, settings, fault):
    delivery.checkpoint_now()
    if fault == "no key":
        settings.CHECKPOINT_KEY.write_text("hello")
    else:
        settings.CHECKPOINT_KEY.chmod(0o644)

    with pytest.raises(checkpoints.KeyUnfit):
        checkpoints.private_key()
    assert codes() == ["key"]


def test_a_false_checkpoint_in_the_table_is_not_followed_and_not_sent(installation, write, settings):
    delivery.checkpoint_now()
    Checkpoint.objects.create(number=9_999, hash=b"x" * 32, time=timezone.now(), signature=b"y" * 64)
    write()
    one, _ = delivery.checkpoint_now()

    assert one.number < 9_999
    assert len(list(settings.CHECKPOINT_FOLDER.iterdir())) == 2
    assert reading.verify_here(at=timezone.now()).faults == []


# --- targets that are lost ---


def test_a_folder_that_is_not_mounted_is_not_made_and_gets_everything_later(
    installation, write, settings, tmp_path
):
    settings.CHECKPOINT_FOLDER, settings.CHECKPOINT_FOLDER_IS_OURS = tmp_path / "share", False
    delivery.checkpoint_now()
    write()
    delivery.checkpoint_now()
    assert not settings.CHECKPOINT_FOLDER.exists()
    assert codes(timezone.now()) == [], "a quarter of an hour of patience"
    assert codes() == ["delivery"]

    settings.CHECKPOINT_FOLDER.mkdir()
    delivery.checkpoint_now()
    assert len(list(settings.CHECKPOINT_FOLDER.iterdir())) == 2
    assert codes() == []


def test_a_folder_that_is_a_file_is_a_failed_delivery(installation, settings, tmp_path):
    settings.CHECKPOINT_FOLDER, settings.CHECKPOINT_FOLDER_IS_OURS = tmp_path / "share", False
    settings.CHECKPOINT_FOLDER.write_text("")
    _, (attempt,) = delivery.checkpoint_now()

    assert attempt.error.startswith("NotADirectoryError")


def test_a_checkpoint_that_is_there_is_never_overwritten(installation, settings):
    one = checkpoints.take(at=timezone.now())
    settings.CHECKPOINT_FOLDER.mkdir()
    path = settings.CHECKPOINT_FOLDER / f"{one}.json"
    path.write_text("of somebody else")
    (attempt,) = delivery.deliver(at=timezone.now())

    assert "a different checkpoint" in attempt.error
    assert path.read_text() == "of somebody else"
    assert codes() == ["delivery"]


def test_a_checkpoint_arrives_by_mail(by_mail):
    with mail_server() as mailbox:
        by_mail(mailbox.port)
        one, _ = delivery.checkpoint_now()
    (envelope,) = mailbox.messages
    parts = email.message_from_bytes(envelope.content).walk()
    (attachment,) = [part for part in parts if part.get_filename()]

    assert envelope.rcpt_tos == ["auditor@partner.invalid"]
    assert attachment.get_filename() == f"{one}.json"
    assert signed_by_us(attachment.get_payload(decode=True))


@pytest.mark.parametrize("mood", ["refuse", "drop"])
def test_a_mail_server_that_does_not_take_it_gets_it_again(by_mail, mood):
    with mail_server(mood) as mailbox:
        by_mail(mailbox.port)
        one, attempts = delivery.checkpoint_now()
        assert one
        assert [bool(attempt.error) for attempt in attempts] == [False, True]
        assert codes() == ["delivery"]
        mailbox.mood = "keep"
        delivery.checkpoint_now()

    assert len(mailbox.messages) == 1
    assert codes() == []


def test_no_mail_server_at_all_stops_nothing(by_mail, write):
    by_mail(1)
    assert delivery.checkpoint_now()[0]
    write()
    assert delivery.checkpoint_now()[0]
    assert codes() == ["delivery"]


def test_a_checkpoint_arrives_over_the_web_and_the_token_of_the_address_is_kept_nowhere(
    installation, settings
):
    with web_server() as (url, received):
        settings.CHECKPOINT_HTTP = [url]
        delivery.checkpoint_now()

    ((path, content),) = received
    assert path == "/in?token=secret"
    assert signed_by_us(content)
    assert not Delivery.objects.filter(target__contains="secret").exists()


@pytest.mark.parametrize("status", [500, 403, 302, None])
def test_a_web_server_that_does_not_take_it_is_an_alarm(installation, settings, status):
    with web_server(status, location="http://127.0.0.1:1/elsewhere") as (url, received):
        settings.CHECKPOINT_HTTP = [url]
        _, attempts = delivery.checkpoint_now()

    assert len(received) == 1, "a redirect is not followed"
    assert attempts[-1].error
    assert "secret" not in attempts[-1].error
    assert codes() == ["delivery"]


def test_a_new_target_begins_with_the_latest(installation, settings, write):
    delivery.checkpoint_now()
    write()
    delivery.checkpoint_now()
    with web_server() as (url, received):
        settings.CHECKPOINT_HTTP = [url]
        delivery.checkpoint_now()
        delivery.checkpoint_now()

    assert len(received) == 1


def test_a_fault_in_the_chain_is_an_alarm_in_dutch(installation):
    delivery.checkpoint_now()
    with forger(installation) as owner:
        owner.execute(
            "UPDATE audit_event SET subject = 'x'"
            " WHERE id = (SELECT event_id FROM audit_link WHERE number = 9)"
        )
    kept = reading.verify_here(at=timezone.now())

    assert alarms() == [Alarm("chain", "Regel 9 is gewijzigd.", kept.at)]
    assert json.dumps(kept.faults)
