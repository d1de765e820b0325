"""Backup and restore against real servers: the embedded one, and Debian's PostgreSQL 15 where installed."""

import contextlib
import os
from pathlib import Path

import psycopg
import pytest

from vangnet.config.backup import BackupFailed, backup, checksum_file, restore
from vangnet.config.embedded import Cluster

SCHEMA = """
    CREATE TABLE note (id int PRIMARY KEY, body text NOT NULL);
    CREATE TABLE secret (id int PRIMARY KEY, body text NOT NULL);
    ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
    ALTER TABLE secret FORCE ROW LEVEL SECURITY;
    CREATE POLICY secret_owner ON secret TO vangnet_owner USING (true);
    CREATE POLICY secret_app ON secret TO vangnet_app USING (id = 1);
    GRANT SELECT, INSERT ON note TO vangnet_app;
    GRANT SELECT ON secret TO vangnet_app;
    CREATE INDEX note_body ON note USING gin (body gin_trgm_ops);
    INSERT INTO note SELECT g, 'melding ' || g FROM generate_series(1, 1000) g;
    INSERT INTO secret VALUES (1, 'één'), (2, 'twee');
"""
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@contextlib.contextmanager
def running_server(folder):
    cluster = Cluster(folder / "pg", durable=False)
    try:
        yield cluster.ensure().owner
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def owner(server_folder):
    """Owner's address of a fresh server."""
    with server_folder() as folder, running_server(folder) as address:
        yield address


@pytest.fixture
def database(owner):
    """The same database with known content."""
    fill(owner)
    return owner


def fill(owner):
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS note, secret, stranger, later")
        connection.execute("DROP FUNCTION IF EXISTS known")
        connection.execute(SCHEMA)


def query(url, text):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(text).fetchall()


def change(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM note WHERE id > 10")
        connection.execute("UPDATE secret SET body = 'anders'")
        connection.execute("CREATE TABLE later (id int)")


def contents(url):
    return query(url, "SELECT * FROM note ORDER BY id"), query(url, "SELECT * FROM secret ORDER BY id")


def databases(url):
    return {name for (name,) in query(url, "SELECT datname FROM pg_database")}


def rights(url):
    return query(
        url,
        "SELECT relname, relacl::text, relowner::regrole::text, relrowsecurity, relforcerowsecurity "
        "FROM pg_class WHERE relname IN ('note', 'secret') ORDER BY 1",
    ) + query(
        url,
        "SELECT datname, datdba::regrole::text, "
        "(SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(datacl) a) "
        "FROM pg_database WHERE datname = current_database()",
    )


def test_restoring_brings_back_the_rows_of_every_table_and_the_rights(database, tmp_path):
    before, rights_before = contents(database), rights(database)
    file = backup(database, tmp_path / "backup.dump")
    change(database)
    assert contents(database) != before

    restore(database, file)

    assert contents(database) == before
    assert len(before[1]) == 2
    assert rights(database) == rights_before
    assert query(database, "SELECT to_regclass('later')") == [(None,)]
    assert databases(database) == {"postgres", "template0", "template1", "vangnet"}


@pytest.mark.skipif(not DEBIAN_15.exists(), reason="PostgreSQL 15 of Debian is not installed")
def test_an_older_server_is_served_by_programs_of_its_own_version(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("VANGNET_PG_BINDIR", str(DEBIAN_15))
    with running_server(folder) as database:
        # From here on the newer programs of the wheel are found first, as with an external server.
        monkeypatch.delenv("VANGNET_PG_BINDIR")
        fill(database)
        before, rights_before = contents(database), rights(database)
        file = backup(database, tmp_path / "backup.dump")
        change(database)

        restore(database, file)

        assert contents(database) == before
        assert rights(database) == rights_before


def test_settings_of_the_database_survive_a_restore(database, tmp_path):
    file = backup(database, tmp_path / "backup.dump")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER DATABASE vangnet SET statement_timeout TO '12s'")

    restore(database, file)

    assert query(database, "SHOW statement_timeout") == [("12s",)]


def test_the_file_is_private_and_its_checksum_is_beside_it(database, tmp_path):
    (tmp_path / "made").mkdir()
    file = backup(database, tmp_path / "made" / "backup.dump")

    assert file.stat().st_mode & 0o077 == 0
    assert checksum_file(file).read_text().endswith("  backup.dump\n")
    assert sorted(os.listdir(file.parent)) == ["backup.dump", "backup.dump.sha256"]


def test_a_missing_folder_is_named_and_not_made(database, tmp_path):
    with pytest.raises(BackupFailed, match="does not exist"):
        backup(database, tmp_path / "unmounted" / "backup.dump")

    assert not (tmp_path / "unmounted").exists()


def test_a_damaged_file_is_refused_and_nothing_changes(database, tmp_path):
    file = backup(database, tmp_path / "backup.dump")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    change(database)
    before = contents(database)

    with pytest.raises(BackupFailed, match="is damaged"):
        restore(database, file)

    assert contents(database) == before


def test_a_file_without_checksum_is_refused(database, tmp_path):
    file = backup(database, tmp_path / "backup.dump")
    checksum_file(file).unlink()

    with pytest.raises(BackupFailed, match=r"backup\.dump\.sha256 is missing"):
        restore(database, file)


def test_a_restore_that_fails_halfway_changes_nothing_and_leaves_nothing(database, tmp_path):
    with psycopg.connect(database, autocommit=True) as connection:
        # pg_restore works without a search path, so a rule that leaves out the schema fails when loaded.
        connection.execute(
            "CREATE FUNCTION known(int) RETURNS bool LANGUAGE plpgsql AS "
            "'BEGIN RETURN EXISTS (SELECT FROM note WHERE id = $1); END'"
        )
        connection.execute("CREATE TABLE stranger (id int CHECK (known(id)))")
        connection.execute("INSERT INTO stranger VALUES (1)")
    file = backup(database, tmp_path / "backup.dump")
    change(database)
    before = contents(database)

    with pytest.raises(BackupFailed, match="pg_restore failed"):
        restore(database, file)

    assert contents(database) == before
    assert databases(database) == {"postgres", "template0", "template1", "vangnet"}


def test_a_database_in_use_is_not_replaced(database, tmp_path):
    file = backup(database, tmp_path / "backup.dump")
    change(database)
    before = contents(database)

    with psycopg.connect(database), pytest.raises(BackupFailed, match=r"in use \(1 connections\)"):
        restore(database, file)

    assert contents(database) == before
    assert "vangnet_restoring" not in databases(database)


def test_a_table_that_hides_rows_from_the_role_is_not_backed_up_in_part(database, tmp_path):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP POLICY secret_owner ON secret")

    with pytest.raises(BackupFailed, match="cannot see every row of secret"):
        backup(database, tmp_path / "backup.dump")

    assert os.listdir(tmp_path) == []


def test_an_existing_file_is_not_overwritten(database, tmp_path):
    file = tmp_path / "backup.dump"
    file.write_text("important")

    with pytest.raises(BackupFailed, match="already exists"):
        backup(database, file)

    assert file.read_text() == "important"


def test_an_unreachable_server_is_one_line(tmp_path):
    with pytest.raises(BackupFailed, match="cannot be reached") as caught:
        backup("postgresql://vangnet_owner:x@%2Fnowhere/vangnet", tmp_path / "backup.dump")

    assert "\n" not in str(caught.value)
