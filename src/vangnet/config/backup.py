"""Backup of the whole database to one file, and restoring it.

A backup is a file of pg_dump (format "custom") with its checksum beside it in `<name>.sha256`, so that
`sha256sum -c` checks it as well. It holds everything, the vault included: keep it as safe as the server.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vangnet.config import machine, programs
from vangnet.config.programs import NoDatabase, find_bindir

_WALL = re.compile(r"^\d+; \d+ \d+ (POLICY|ROW SECURITY) ")
_EXTENSION = re.compile(r"^\d+; \d+ \d+ (?:COMMENT - )?EXTENSION (?:- )?(\S+)")

# With what visitors of today are counted is of no use tomorrow, and in no copy.
_OF_TODAY = "public.casework_visitor*"
# pg_dump under row security writes only the rows that the policies show. That is everything when the role
# has a policy "true" of its own and nothing restricts it; any other table would be cut off in silence.
_CUT_OFF = """
    SELECT c.oid::regclass::text
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND row_security_active(c.oid)
      AND (NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive
                         AND p.polcmd IN ('*', 'r') AND pg_get_expr(p.polqual, p.polrelid) = 'true'
                         AND (0 = ANY (p.polroles) OR EXISTS (
                              SELECT FROM unnest(p.polroles) r WHERE r <> 0 AND pg_has_role(r, 'USAGE'))))
        OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive
                     AND p.polcmd IN ('*', 'r')))
    ORDER BY 1
"""


class BackupFailed(Exception):
    """No backup was made, or nothing was restored; the message is one line for the administrator."""


def backup(url: str, target: Path) -> Path:
    """Write the database of `url` (the owner's address) to the new file `target`, and return its path.

    The file gets its name only when it is complete. The database stays in use meanwhile.

    Raises
    ------
    BackupFailed
        `target` exists, the disk is full, the role may not read everything, or no fitting pg_dump is here.
    """
    target = target.absolute()
    if target.exists():
        raise BackupFailed(f"{target} already exists; choose another name.")
    if not target.parent.is_dir():
        raise BackupFailed(f"The folder {target.parent} does not exist; is the disk for backups mounted?")
    with _connected(url) as connection:
        major = connection.info.server_version // 10000
        if cut_off := [table for (table,) in connection.execute(_CUT_OFF)]:
            tables = ", ".join(cut_off)
            raise BackupFailed(
                f"Role {connection.info.user} cannot see every row of {tables}; use the owner."
            )
    pg_dump = next(_tools("pg_dump", major))
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        options = ["--format=custom", "--enable-row-security", f"--exclude-table-data={_OF_TODAY}"]
        _run(pg_dump, url, *options, f"--file={unfinished}")
        checksum_file(target).write_text(f"{_checksum(unfinished)}  {target.name}\n")
        unfinished.rename(target)
    except OSError as error:
        raise BackupFailed(f"The backup {target} cannot be written: {error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def restore(url: str, source: Path) -> None:
    """Replace the database of `url` (the owner's address) by the backup `source`.

    The backup is loaded into a database beside it; only when that is complete do the two change names, in
    one transaction. Whatever goes wrong before, the present data stay as they are. Stop the web server and
    the worker first: a database that is in use is not replaced.

    Raises
    ------
    BackupFailed
        The file is damaged or cannot be read, the database is in use, or loading failed. Nothing changed.
    """
    verify(source)
    name = str(conninfo_to_dict(url)["dbname"])
    loading, replaced = f"{name}_restoring", f"{name}_replaced"
    with _connected(url, database="postgres") as server:
        pg_restore, contents = _readable(source, server.info.server_version // 10000)
        _refuse_when_in_use(server, name)
        _drop(server, loading, replaced)
        _execute(server, "CREATE DATABASE {}", sql.Identifier(loading))
        try:
            _load(_with_database(url, loading), pg_restore, source, contents)
            _copy_rights(server, name, loading)
            _swap(server, name, loading, replaced)
        except psycopg.Error as error:
            raise BackupFailed(
                f"Restoring failed, nothing changed: {machine.last_line(str(error))}"
            ) from error
        finally:
            _drop(server, loading, replaced)


def checksum_file(file: Path) -> Path:
    """Return the place of the checksum of a backup."""
    return file.with_name(file.name + ".sha256")


def verify(source: Path) -> None:
    """Check that a backup is as it was written; raise `BackupFailed` when it is not."""
    try:
        expected = checksum_file(source).read_text().split()
        actual = _checksum(source)
    except FileNotFoundError as error:
        raise BackupFailed(
            f"{error.filename} is missing; a backup and its .sha256 belong together."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BackupFailed(f"The backup {source} cannot be read: {error}.") from error
    if expected[:1] != [actual]:
        raise BackupFailed(
            f"{source} is damaged: its checksum is not the one in {checksum_file(source).name}."
        )


def _checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


# --- loading and swapping ---


def _readable(source: Path, major: int) -> tuple[Path, list[str]]:
    """Return the first fitting pg_restore that reads the file, and the table of contents."""
    complaint = ""
    for pg_restore in _tools("pg_restore", major):
        done = programs.run(pg_restore, "--list", source.absolute())
        if done.returncode == 0:
            return pg_restore, done.stdout.splitlines()
        complaint = machine.complaint(done.stderr)
    raise BackupFailed(f"{source} cannot be read by pg_restore: {complaint}")


def _load(url: str, pg_restore: Path, source: Path, contents: list[str]) -> None:
    # Extensions come first and by themselves: their comments belong to the superuser, not to the owner.
    extensions = {found.group(1) for line in contents if (found := _EXTENSION.match(line))}
    with _connected(url) as connection:
        for extension in sorted(extensions):
            _execute(connection, "CREATE EXTENSION IF NOT EXISTS {}", sql.Identifier(extension))
    # Row security comes last: switched on before its policies are there, it hides rows from foreign keys.
    rest = [line for line in contents if not _EXTENSION.match(line)]
    for part in ([x for x in rest if not _WALL.search(x)], [x for x in rest if _WALL.search(x)]):
        _load_part(url, pg_restore, source, part)
    with _connected(url) as connection:
        connection.execute("ANALYZE")


def _load_part(url: str, pg_restore: Path, source: Path, contents: list[str]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted:
        wanted.write("\n".join(contents))
        wanted.flush()
        options = (
            "--exit-on-error",
            "--enable-row-security",
            "--no-owner",
            "--jobs=2",
            f"--use-list={wanted.name}",
        )
        _run(pg_restore, url, *options, source.absolute())


def _copy_rights(server: psycopg.Connection, present: str, fresh: str) -> None:
    """Give the fresh database the rights and settings of the present one; they are not in the file."""
    rights = server.execute(
        "SELECT CASE a.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END, a.privilege_type "
        "FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a "
        "WHERE d.datname = %s AND a.grantee <> d.datdba",
        [present],
    ).fetchall()
    settings = server.execute(
        "SELECT unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase "
        "WHERE d.datname = %s AND s.setrole = 0",
        [present],
    ).fetchall()
    database = sql.Identifier(fresh)
    _execute(server, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
    for role, privilege in rights:
        grantee = sql.SQL("PUBLIC") if role is None else sql.Identifier(role)
        _execute(server, "GRANT {} ON DATABASE {} TO {}", sql.SQL(privilege), database, grantee)
    for (setting,) in settings:
        key, _, value = setting.partition("=")
        parts = sql.SQL(".").join(map(sql.Identifier, key.split(".")))
        _execute(server, "ALTER DATABASE {} SET {} TO {}", database, parts, sql.Literal(value))


def _swap(server: psycopg.Connection, present: str, fresh: str, replaced: str) -> None:
    rename = "ALTER DATABASE {} RENAME TO {}"
    try:
        with server.transaction():
            _execute(server, rename, sql.Identifier(present), sql.Identifier(replaced))
            _execute(server, rename, sql.Identifier(fresh), sql.Identifier(present))
    except psycopg.errors.ObjectInUse:
        _refuse_when_in_use(server, present)
        raise


def _refuse_when_in_use(server: psycopg.Connection, name: str) -> None:
    # Of sessions of another role we see little more than the database and, unless it is autovacuum, the user.
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usesysid IS NOT NULL"
    (sessions,) = server.execute(query, [name]).fetchone() or (0,)
    if sessions:
        raise BackupFailed(
            f"Database {name} is in use ({sessions} connections), nothing changed; "
            "stop the web server and the worker, then restore again."
        )


def _drop(server: psycopg.Connection, *names: str) -> None:
    for name in names:
        _execute(server, "DROP DATABASE IF EXISTS {}", sql.Identifier(name))


# --- programs and connections ---


def _tools(program: str, major: int) -> Iterator[Path]:
    """Yield the places of a program that fits a server: of the same major version first, then newer ones."""
    folders = []
    with suppress(NoDatabase):
        folders.append(find_bindir())
    if found := shutil.which(program):
        folders.append(Path(found).parent)
    folders += Path("/usr/lib/postgresql").glob("*/bin")
    fitting = []
    for folder in folders:
        with suppress(NoDatabase):
            version = int(programs.version_of(folder / program).split(".")[0])
            if version >= major:
                fitting.append((version, folder / program))
    if not fitting:
        advice = f"install the client programs of PostgreSQL {major} or newer, or set VANGNET_PG_BINDIR"
        raise BackupFailed(f"No {program} here fits the server (PostgreSQL {major}); {advice}.")
    for _, path in sorted(fitting, key=lambda tool: tool[0]):
        yield path


def _run(program: Path, url: str, *arguments: object) -> None:
    # The password goes through the environment: arguments show in the list of processes.
    parts = conninfo_to_dict(url)
    password = str(parts.pop("password", "") or "")
    address = make_conninfo("", **parts)
    kept = {key: os.environ[key] for key in ("HOME", "PGPASSFILE") if key in os.environ}
    secret = {"PGPASSWORD": password} if password else {}
    done = programs.run(program, f"--dbname={address}", *arguments, environment=kept | secret)
    if done.returncode:
        raise BackupFailed(f"{program.name} failed: {machine.complaint(done.stderr)}")


@contextmanager
def _connected(url: str, *, database: str | None = None) -> Iterator[psycopg.Connection]:
    address = _with_database(url, database) if database else url
    try:
        connection = psycopg.connect(address, autocommit=True)
    except psycopg.OperationalError as error:
        raise BackupFailed(f"The database cannot be reached: {machine.last_line(str(error))}") from error
    with connection:
        yield connection


def _with_database(url: str, database: str) -> str:
    return make_conninfo(url, dbname=database)


def _execute(connection: psycopg.Connection, query: str, *parts: sql.Composable) -> None:
    connection.execute(sql.SQL(query).format(*parts))
