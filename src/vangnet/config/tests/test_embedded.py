"""The embedded PostgreSQL: real servers in short folders of their own, killed and damaged for real."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from vangnet.config.embedded import Cluster, NoDatabase, prepare_sql

SOURCE = Path(__file__).resolve().parents[3]


def ask(url, query):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchone()


def do(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def another_database(url, name):
    return psycopg.conninfo.make_conninfo(url, dbname=name)


# --- who may do what ---


def test_every_role_needs_its_password(urls):
    for url in (urls.app, urls.owner, urls.superuser):
        assert ask(url, "SELECT 1") == (1,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(psycopg.conninfo.make_conninfo(url, password="wrong"))


@pytest.mark.requirement("AVG-32")
def test_passwords_and_data_are_private_and_root_does_not_run_the_server(cluster, urls):
    server = Path(f"/proc/{cluster.running_pid()}").stat()

    assert (cluster.root / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert cluster.data.stat().st_mode & 0o777 == 0o700
    assert server.st_uid == cluster.data.stat().st_uid
    assert server.st_uid != 0


@pytest.mark.requirement("AVG-32", "WGS-13")
def test_the_runtime_role_is_weak_and_the_owner_no_superuser(urls):
    query = (
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication "
        "FROM pg_roles WHERE rolname = current_user"
    )
    assert ask(urls.app, query) == ("vangnet_app", False, False, False, False, False)
    assert ask(urls.owner, query) == ("vangnet_owner", False, False, True, False, False)
    assert ask(urls.superuser, query)[:3] == ("postgres", True, True)


def test_the_runtime_role_gets_nothing_by_default(urls):
    do(urls.owner, "DROP TABLE IF EXISTS fresh", "CREATE TABLE fresh (id int)")

    for forbidden in ("SELECT * FROM fresh", "CREATE TABLE mine (id int)", "CREATE DATABASE mine"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(urls.app, forbidden)


def test_the_runtime_role_reaches_a_copy_that_the_owner_made(urls):
    do(urls.owner, "CREATE TABLE IF NOT EXISTS granted (id int)", "GRANT SELECT ON granted TO vangnet_app")
    server = another_database(urls.owner, "postgres")
    do(server, "CREATE DATABASE copy TEMPLATE vangnet", "CREATE DATABASE blank")
    try:
        copy = another_database(urls.app, "copy")
        assert ask(copy, "SELECT count(*) FROM granted") == (0,)
        assert ask(copy, "SELECT similarity('wijk', 'wijken') > 0.3, unaccent('één')") == (True, "een")
        extensions = (
            "SELECT count(*) FROM pg_extension WHERE extname IN ('btree_gist', 'pg_trgm', 'unaccent')"
        )
        assert ask(another_database(urls.owner, "blank"), extensions) == (3,)
    finally:
        do(server, "DROP DATABASE copy", "DROP DATABASE blank")


def test_the_script_may_run_twice(cluster, urls):
    cluster.root.joinpath(f"prepared-{cluster.data.name}").unlink()

    assert cluster.ensure() == urls
    assert ask(urls.app, "SELECT 1") == (1,)


def test_the_script_for_an_administrator_holds_no_password_and_quotes_a_given_one():
    assert "\\password vangnet_app" in prepare_sql()
    assert " PASSWORD '" not in prepare_sql()
    assert "ALTER ROLE vangnet_app PASSWORD 'it''s';" in prepare_sql(app_password="it's")


# --- settings ---


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("fsync", "on"),
        ("data_checksums", "on"),
        ("password_encryption", "scram-sha-256"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
    ],
)
def test_the_server_is_set_up_for_safety(urls, setting, value):
    assert ask(urls.superuser, f"SHOW {setting}") == (value,)


def test_the_locale_is_built_in(urls):
    query = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'vangnet'"
    assert ask(urls.owner, query) == ("b", "C.UTF-8")


@pytest.mark.attack("A-18")
def test_the_log_tells_of_an_error_without_personal_data(cluster, urls):
    do(urls.owner, "CREATE TABLE IF NOT EXISTS person (name text PRIMARY KEY)")
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        for _ in range(2):
            with contextlib.suppress(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO person VALUES ('Jansen-in-statement')")
            with contextlib.suppress(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO person VALUES (%s)", ["Jansen-as-parameter"])

    log = "".join(file.read_text() for file in cluster.log.glob("*.log"))
    assert "duplicate key" in log
    assert "Jansen" not in log


def test_a_test_server_is_fast_and_works_at_a_long_path(folder, start):
    quick = start(folder / ("long " * 30) / "it's" / "pg", durable=False)

    assert ask(quick.ensure().superuser, "SHOW fsync") == ("off",)


def test_durable_data_cannot_become_a_test_server(cluster):
    cluster.stop()

    with pytest.raises(NoDatabase, match="holds durable data"):
        Cluster(cluster.root, durable=False).ensure()


# --- starting again ---


def test_a_second_start_is_quick(cluster):
    cluster.ensure()
    cluster.stop()
    assert cluster.running_pid() is None

    begun = time.monotonic()
    urls = cluster.ensure()

    assert time.monotonic() - begun < 2  # 0.12 s on an idle machine
    assert ask(urls.app, "SELECT 1") == (1,)


def test_committed_rows_survive_a_kill_while_another_query_keeps_running(cluster, urls):
    do(urls.owner, "DROP TABLE IF EXISTS crash", "CREATE TABLE crash (round int)")
    for count in (1, 2):
        do(urls.owner, f"INSERT INTO crash VALUES ({count})")
        # A backend that computes does not notice that its server is dead, and holds the shared memory.
        busy = psycopg.connect(urls.owner, autocommit=True)
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 5000000000)")
        time.sleep(0.3)

        os.kill(cluster.running_pid(), signal.SIGKILL)
        begun = time.monotonic()
        assert cluster.ensure() == urls

        assert time.monotonic() - begun < 5
        assert ask(urls.owner, "SELECT count(*) FROM crash") == (count,)
        busy.close()


def test_a_process_with_the_number_of_the_dead_server_is_not_taken_for_it(cluster, urls, as_server_account):
    note = (cluster.data / "postmaster.pid").read_text().splitlines()
    cluster.stop()
    with subprocess.Popen(["sleep", "60"], **as_server_account) as stranger:
        stale = cluster.data / "postmaster.pid"
        stale.write_text("\n".join([str(stranger.pid), *note[1:]]) + "\n")
        shutil.chown(stale, cluster.data.stat().st_uid, cluster.data.stat().st_gid)
        assert cluster.running_pid() is None

        assert cluster.ensure() == urls

        assert cluster.running_pid() != stranger.pid
        assert stranger.poll() is None
        stranger.kill()


def test_a_socket_that_was_cleaned_away_comes_back(cluster, urls):
    socket = Path((cluster.data / "postmaster.pid").read_text().splitlines()[4]) / ".s.PGSQL.5432"
    socket.unlink()

    assert ask(cluster.ensure().app, "SELECT 1") == (1,)


def test_two_processes_at_once_start_one_server(folder, start):
    program = (
        "import sys; from pathlib import Path; from vangnet.config.embedded import Cluster\n"
        "c = Cluster(Path(sys.argv[1]), durable=False); print(c.ensure(), c.running_pid())"
    )
    command = [sys.executable, "-c", program, folder / "pg"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(SOURCE), *filter(None, sys.path)])}
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    first, second = (process.communicate(timeout=30)[0] for process in both)
    cluster = start(folder / "pg", durable=False)

    assert first == second == f"{cluster.ensure()} {cluster.running_pid()}\n"
