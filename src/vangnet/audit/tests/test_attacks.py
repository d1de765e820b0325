"""Attacks on the log itself: reading without a trace, forging, and many writers at once."""

import json
import signal
import subprocess
import sys
import threading
import uuid

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests import databases
from tests.logbook import Event

from vangnet.audit import log, reading, verifier
from vangnet.audit.models import Event as VisibleEvent
from vangnet.cli.main import main
from vangnet.identity.operator import service_session

EVIL = ["a\r\nb", "\x1b[31mred\x1b[0m", '"}], "actor": "x', "\u009b31m", "\u2028", "a\\nb", "[1, ", "'; --"]


def address(name):
    """Return the address of the weak role on a database."""
    parts = connection.settings_dict
    words = {"dbname": name, "user": parts["USER"], "password": parts["PASSWORD"]}
    return psycopg.conninfo.make_conninfo(**words, host=parts["HOST"], port=parts["PORT"])


def numbers(name):
    with databases.as_owner(name) as owner:
        return [number for (number,) in owner.execute("SELECT number FROM audit_link ORDER BY number")]


def is_gapless(name):
    found = numbers(name)
    return found == list(range(1, Event.objects.count() + 1))


# --- A-15 ---


def others_seen(person):
    with transaction.atomic():
        return VisibleEvent.objects.exclude(actor=person.pk).exists()


@pytest.mark.attack("A-15")
def test_a15_a_question_that_is_rolled_back_opened_nothing(privacy_officer, anna):
    with service_session(anna), transaction.atomic():
        log.record("test.done", "x", by=anna, at=timezone.now())
    with service_session(privacy_officer):
        with transaction.atomic():
            assert log.consult("interne_controle", at=timezone.now())
            assert not VisibleEvent.objects.exclude(actor=privacy_officer.pk).exists()
            transaction.set_rollback(True)
        assert not others_seen(privacy_officer)


@pytest.mark.attack("A-15")
def test_a15_a_question_of_a_colleague_a_refused_one_and_an_old_one_open_nothing(
    privacy_officer, own_database, otto, anna
):
    with service_session(anna), transaction.atomic():
        log.record("test.done", "x", by=anna, at=timezone.now())
    with service_session(otto), transaction.atomic():
        log.consult("interne_controle", at=timezone.now())
    with service_session(privacy_officer):
        with transaction.atomic():
            log.consult("nieuwsgierigheid", at=timezone.now())
        assert not others_seen(privacy_officer)
    with databases.as_owner(own_database) as owner:
        owner.execute(
            "INSERT INTO audit_event"
            " (recorded_at, actor, organisation, verb, subject, at, outcome, details, xid)"
            " VALUES (now() - interval '16 minutes', %s, session_organisation(), 'audit.log.consulted', 'x',"
            " now(), 'toegestaan', '{}', '3'), (now() + interval '1 day', %s, session_organisation(),"
            " 'audit.log.consulted', 'x', now(), 'toegestaan', '{}', '3')",
            [privacy_officer.pk, privacy_officer.pk],
        )
    with service_session(privacy_officer):
        assert not others_seen(privacy_officer)


@pytest.mark.attack("A-15")
def test_a15_a_role_that_ends_closes_the_log_at_the_next_query(privacy_officer, pretend, anna):
    with service_session(anna), transaction.atomic():
        log.record("test.done", "x", by=anna, at=timezone.now())
    with service_session(privacy_officer):
        with transaction.atomic():
            log.consult("interne_controle", at=timezone.now())
        assert others_seen(privacy_officer)
        pretend("session_has_role", False)
        assert not others_seen(privacy_officer)


@pytest.mark.requirement("WGS-09")
@pytest.mark.parametrize(
    ("purpose", "is_lawful"),
    [
        ("rechtmatigheidscontrole", True),
        ("interne_controle", True),
        ("integriteit_en_beveiliging", True),
        ("gerechtelijke_procedure", True),
        ("functioneren_medewerker", False),
        ("", False),
        (None, False),
        ("interne_controle ", False),
        ("INTERNE_CONTROLE", False),
    ],
)
def test_wgs09_the_log_opens_for_four_purposes_and_each_question_is_on_record(
    privacy_officer, purpose, is_lawful
):
    with service_session(privacy_officer), transaction.atomic():
        assert log.consult(purpose, at=timezone.now()) is is_lawful

    row = Event.objects.filter(verb="audit.log.consulted").latest("id")
    assert (row.actor, row.outcome == "toegestaan") == (privacy_officer.pk, is_lawful)


# --- A-16 ---


@pytest.mark.attack("A-16")
@pytest.mark.parametrize("table", ["audit_event", "audit_link", "audit_processing", "audit_checkpoint"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 7", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.django_db
def test_a16_neither_the_weak_role_nor_the_owner_changes_the_log(table, statement):
    query = statement.format(table, "number" if table == "audit_link" else "id")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query)
    with (
        databases.as_owner(connection.settings_dict["NAME"]) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        owner.execute(query)


@pytest.mark.attack("A-16")
@pytest.mark.django_db
def test_a16_the_weak_role_switches_nothing_off():
    for statement in (
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "ALTER TABLE audit_event DISABLE ROW LEVEL SECURITY",
        "DROP POLICY audit_event_read ON audit_event",
        "CREATE OR REPLACE FUNCTION audit_head() RETURNS uuid LANGUAGE sql RETURN NULL::uuid",
        "INSERT INTO audit_link VALUES (1, 1, '', '')",
        "SELECT audit_append('vault.record.opened', '', NULL, now(), '{}', NULL, 'toegestaan', '', NULL)",
        "SELECT audit_add_link(NULL)",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# --- A-17 ---


@pytest.mark.attack("A-17")
@pytest.mark.parametrize("text", EVIL)
def test_a17_no_text_breaks_out_of_its_row(installation, settings, tmp_path, text):
    log.record("test.done", text, by=None, at=timezone.now(), note=text, **{text: text})
    export = tmp_path / "log.jsonl"
    count = reading.write_export(export, settings.OWNER_URL)
    lines = export.read_bytes().split(b"\n")

    assert len(lines) == count + 1
    assert all(32 <= byte < 127 for line in lines for byte in line)
    row = json.loads(json.loads(lines[-2])["line"])
    assert [type(field) for field in row[:2]] == [int, int]
    assert (row[7], row[16]) == (text, {"note": text, text: text})
    assert verifier.check_export(export, None, None).is_sound


@pytest.mark.attack("A-17")
@pytest.mark.django_db
def test_a17_the_actor_is_the_session_whatever_the_payload_says(anna, bram):
    subject = uuid.uuid4()
    with service_session(anna), transaction.atomic():
        log.record(
            "test.done",
            subject,
            by=bram,
            at=timezone.now(),
            actor=str(bram.pk),
            organisation=str(uuid.uuid4()),
            recorded_at="2001-01-01",
        )
    event = Event.objects.about(subject).get()

    assert (event.actor, event.organisation) == (anna.pk, anna.memberships.get().organisation_id)
    assert event.recorded_at.year > 2001


@pytest.mark.attack("A-17")
@pytest.mark.parametrize(
    "trace", ["x", "0" * 32 + "-" + "0" * 15 + "\n", "0" * 49, "A" * 32 + "-" + "B" * 16]
)
@pytest.mark.django_db
def test_a17_a_trace_that_is_none_is_left_out(trace):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vangnet.trace', %s, true)", [trace])
        cursor.execute("SELECT set_config('vangnet.origin', %s, true)", ["long " * 100])
        log.record("test.traced", "x", by=None, at=timezone.now())
    event = Event.objects.get(verb="test.traced")

    assert (event.trace_id, event.span_id, len(event.origin)) == ("", "", 100)


@pytest.mark.attack("A-17")
def test_a17_the_line_is_the_canonical_text_of_its_fields(own_database):
    for text in EVIL:
        log.record("test.done", text, by=None, at=timezone.now(), z=1, aa=[text, 1.50, None], a={text: True})
    with databases.as_owner(own_database) as owner:
        lines = owner.execute("SELECT audit_line(7, e), audit_line(7, e)::jsonb::text FROM audit_event e")
        assert all(line == canonical for line, canonical in lines)


# --- many at once, and killed ---


def test_32_writers_at_once_lose_nothing_and_leave_no_gap(installation, settings):
    before, each = Event.objects.count(), 20
    failures = []

    def writer(number):
        try:
            with psycopg.connect(address(installation), autocommit=True) as own:
                for turn in range(each):
                    with own.transaction(force_rollback=turn % 5 == 4):
                        own.execute(f"SELECT audit_record('test.many', '{number}', NULL, now(), '{{}}')")
        except psycopg.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Event.objects.count() == before + 32 * each * 4 // 5
    assert is_gapless(installation)
    assert reading.verify_here(at=timezone.now()).faults == []


def test_a_writer_killed_in_the_middle_leaves_neither_row_nor_gap_nor_lock(installation, write):
    program = (
        "import psycopg, sys, time\n"
        "with psycopg.connect(sys.argv[1]) as own:\n"
        "    own.execute(\"SELECT audit_record('test.killed', 'x', NULL, now(), '{}')\")\n"
        "    own.execute('SET CONSTRAINTS ALL IMMEDIATE')\n"
        "    print('written', flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, address(installation)]
    victim = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert victim.stdout.readline() == "written\n"
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    write()

    assert victim.returncode == -signal.SIGKILL
    assert not Event.objects.filter(verb="test.killed").exists()
    assert is_gapless(installation)


def test_a_backup_and_restore_keep_the_chain(installation, settings, tmp_path, write):
    from vangnet.config import backup

    write(3)
    backup.backup(settings.OWNER_URL, tmp_path / "kept.dump")
    write(2)
    connection.close()
    backup.restore(settings.OWNER_URL, tmp_path / "kept.dump")

    assert reading.verify_here(at=timezone.now()).faults == []
    write()
    assert reading.verify_here(at=timezone.now()).faults == []
    assert is_gapless(installation)


# --- the command line ---


def test_the_commands_work_together(installation, tmp_path, capsys, settings):
    log_file, key = tmp_path / "log.jsonl", tmp_path / "public.pem"

    assert main(["audit", "checkpoint"]) == 0
    capsys.readouterr()
    assert main(["audit", "key"]) == 0
    key.write_text(capsys.readouterr().out)
    assert main(["audit", "export", str(log_file)]) == 0
    assert main(["audit", "verify"]) == 0
    kept = ["--checkpoints", str(settings.CHECKPOINT_FOLDER), "--key", str(key)]
    assert main(["audit", "verify", str(log_file), *kept]) == 0
    assert "sound: " in capsys.readouterr().out
    assert Event.objects.filter(verb="audit.log.exported").count() == 1
    assert log_file.stat().st_mode & 0o777 == 0o600
    assert main(["audit", "export", str(log_file)]) == 1
    assert main(["audit", "verify", str(tmp_path / "none.jsonl")]) == 2


def test_the_lines_about_data_subjects_have_the_form_of_the_standard_and_no_user(
    installation, tmp_path, anna
):
    trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    with service_session(anna), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vangnet.trace', %s, true)", [f"{trace}-{span}"])
        for pseudonym in ("p-1", "p-2"):
            cursor.execute(
                "SELECT audit_processing_line('urn:activity:1', 'vault.open', %s, 'Ok')", [pseudonym]
            )
    target = tmp_path / "lines.jsonl"
    assert main(["audit", "processing", str(target)]) == 0
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    first, second = (line for line in lines if line["trace_id"] == trace)

    assert first.keys() == {
        *("trace_id", "span_id", "parent_span_id", "status", "name", "start_time", "end_time", "attributes")
    }
    assert first["trace_id"] == second["trace_id"] == trace
    assert first["span_id"] != second["span_id"]
    assert first["start_time"] <= first["end_time"]
    assert first["attributes"]["dpl.core.data_subject_id"] == "p-1"
    assert str(anna.pk) not in target.read_text()


@pytest.mark.parametrize(
    "values", [("a", "n", "123456782", "Ok"), ("a", "n", "p-1", "Denied"), ("a", "n", "p-1", "")]
)
@pytest.mark.django_db
def test_a_line_with_a_citizen_service_number_or_an_unknown_status_is_refused(values):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_processing_line(%s, %s, %s, %s)", values)
