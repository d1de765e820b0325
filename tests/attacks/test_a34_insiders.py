"""A-34: who runs the server copies everything that lies on it, and reads nobody's name."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from vangnet.config import grants
from vangnet.identity import token
from vangnet.identity.operator import operator, service_session
from vangnet.identity.rules import NotPermitted
from vangnet.vault import opening
from vangnet.vault.models import Entry

pytestmark = pytest.mark.attack("A-34")
NAME, FACT = "Planterius Kanarievogel", "kanariefeit-zevenhuizen"
FILE, WHY = "kanariebijlage-0451", "kanariereden"
CONTROL = f"kanariecontrole-{uuid4()}"  # of this run: the server keeps what earlier runs wrote
SECRETS = (NAME, FACT, FILE, WHY)


@pytest.fixture(scope="module")
def planted(office):
    """A dossier with somebody in it, told in every place where one can write."""
    dossier = office.a_dossier()
    named = office.post("esra", "add_subject", dossier, name=NAME, born="", capacity="derde")
    record = office.a_record(dossier, text=FACT, subjects=[named["Location"].partition("betrokkene=")[2]])
    content = b"%PDF-1.4 " + FILE.encode() * 50 + b" %%EOF"
    sent = SimpleUploadedFile(f"{NAME}.pdf", content)
    assert office.post("esra", "add_file", dossier, record, file=sent).status_code == 302
    office.a_weighing(dossier, necessity=f"{WHY} {NAME}")
    opened = office.open("esra", dossier, record, reason="anders", motivation=f"{WHY} {NAME}")
    assert all(text in opened.content.decode() for text in (NAME, FACT))
    number = (
        office.get("esra", "dossier", dossier).content.decode().partition("<title>Dossier ")[2].split()[0]
    )
    office.post("carla", "emergencies", number=number, reason=f"{WHY} is dringend genoeg")
    return dossier, record


def traces(content: bytes) -> list[str]:
    """Return which secrets can be read in bytes: as they are, as hexadecimal, as base64."""
    ways = (bytes, lambda raw: raw.hex().encode(), lambda raw: base64.b64encode(raw)[:-4])
    return [secret for secret in SECRETS if any(way(secret.encode()) in content for way in ways)]


def test_a34_the_search_for_traces_finds_what_is_there():
    for raw in (NAME.encode(), NAME.encode().hex().encode(), base64.b64encode(f"{NAME}, ook hier".encode())):
        assert traces(b"x" + raw) == [NAME]


def test_a34_a_copy_of_every_table_by_the_owner_tells_nothing(planted, owner):
    tables = owner.execute(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    copied = 0
    for (table,) in tables:
        with owner.cursor().copy(f"COPY {table} TO STDOUT") as copy:
            content = b"".join(bytes(part) for part in copy)
        copied += len(content)
        assert traces(content) == [], table
    assert len(tables) > 40
    assert copied > 100_000


def every_file(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        try:
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes()
        except (PermissionError, FileNotFoundError):  # sockets, and what the server cleared away meanwhile
            continue


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="the files of this server are elsewhere")
def test_a34_files_write_ahead_log_and_backups_of_the_server_tell_nothing(planted, owner):
    """What a read replica, log shipping or a copy of the disk gets: every byte below the data folder."""
    owner.execute("CREATE TABLE in_plain AS SELECT %s::text AS word", [CONTROL])
    deadline = time.monotonic() + 10  # the write-ahead log reaches the disk a moment later
    while True:
        found = list(every_file(Path(settings.DATA)))
        if any(CONTROL.encode() in content for _, content in found) or time.monotonic() > deadline:
            break
    assert any(CONTROL.encode() in content for _, content in found)
    for path, content in found:
        assert traces(content) == [], path


def test_a34_the_weak_role_copies_no_table_of_the_vault(planted):
    closed = [table for table, rights in grants.TABLES.items() if rights == grants.NONE]
    assert {"vault_record", "vault_subject", "identity_session"} <= {*closed}
    for table in closed:
        refused = pytest.raises(InsufficientPrivilege)
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.cursor.execute(f"COPY {table} TO STDOUT")


def test_a34_the_command_line_of_the_administrator_lists_and_opens_nothing(office, planted):
    dossier, record = planted
    for person in (operator(), office.cast["jan"]):
        with service_session(person), token.for_purpose(office.purpose.pk):
            with transaction.atomic():
                assert not Entry.objects.exists()
            with pytest.raises(NotPermitted):
                opening.open_records(
                    [record], dossier=dossier, zone="riec", reason="controle", by=person, at=timezone.now()
                )


def test_a34_an_administrator_sees_no_dossier_on_any_page(office, planted):
    dossier, record = planted
    for name, ids in (("dossiers", []), ("dossier", [dossier]), ("who", [dossier, record])):
        assert office.get("jan", name, *ids).status_code == 404
    assert office.open("jan", dossier, record).status_code == 404
    assert "Casusoverleg proef" not in office.of("jan").get("/dossiers/").content.decode()
