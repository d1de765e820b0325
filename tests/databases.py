"""Databases for tests: one migrated and filled template, cloned for whoever needs one."""

from __future__ import annotations

import functools
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.utils import timezone

from vangnet.config.database import is_embedded

ROOT = Path(__file__).parents[1]
# Tables change less often than what fills them, and making them takes twice as long.
TABLES_FROM = (
    "src/vangnet/*/migrations/*.py",
    "src/vangnet/*/models*.py",
    "src/vangnet/config/grants.py",
    "src/vangnet/config/migration.py",
    "src/vangnet/config/settings.py",
    "requirements/runtime.txt",
    "tests/databases.py",
)
BUILT_FROM = (
    *TABLES_FROM,
    "src/vangnet/*/actions.py",
    "src/vangnet/agreements/*.py",
    "src/vangnet/vault/*.py",
    "src/vangnet/casework/*.py",
    "src/vangnet/config/pack*.py",
    "regions/oost-nederland/**/*",
)
ADVISORY_LOCK = 20190101
# The weak role sees little of the log; tests look at all of it through this view of the owner.
LOGBOOK = """
CREATE SCHEMA logbook;
CREATE VIEW logbook.event AS SELECT * FROM public.audit_event;
GRANT USAGE ON SCHEMA logbook TO vangnet_app;
GRANT SELECT ON logbook.event TO vangnet_app;
"""


def on_database(url: str, name: str) -> str:
    """Return the same server and role, another database."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def as_owner(database: str | None = None) -> Iterator[psycopg.Connection]:
    """Connect as owner, outside a transaction."""
    url = settings.OWNER_URL if database is None else on_database(settings.OWNER_URL, database)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def name_from(kind: str, patterns: tuple[str, ...]) -> str:
    """Return a name that changes with everything that a database is built from."""
    total = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(p for p in ROOT.glob(pattern) if p.is_file()):
            total.update(path.read_bytes())
    return f"vangnet_{kind}_{total.hexdigest()[:12]}"


def ensure_tables() -> str:
    """Build the database with tables and nothing in them, when it is not there yet."""
    return _ensure("tables", TABLES_FROM, lambda: "template1", migrate)


@functools.cache
def ensure_template() -> str:
    """Build the template when it is not there yet; of several test processes one builds."""
    return _ensure("template", BUILT_FROM, ensure_tables, fill)


def _ensure(
    kind: str, patterns: tuple[str, ...], base: Callable[[], str], build: Callable[[str], None]
) -> str:
    name = name_from(kind, patterns)
    with as_owner() as owner:
        owner.execute("SELECT pg_advisory_lock(hashtext(%s))", [kind])
        known = owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            _drop_old(owner, kind)
            draft = f"{name}_draft"
            owner.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
            create(owner, draft, template=base())
            build(draft)
            owner.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


def _drop_old(owner: psycopg.Connection, kind: str) -> None:
    rows = owner.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC OFFSET 4",
        [f"vangnet_{kind}_%"],
    ).fetchall()
    for (old,) in rows:
        owner.execute(f'DROP DATABASE IF EXISTS "{old}"')


def create(owner: psycopg.Connection, name: str, *, template: str) -> None:
    """Create a database that only the two roles may enter, as the real one.

    Copied as files it costs a quarter of what it costs page by page, through the log of the server; a server
    that waits for its disk would wait for two checkpoints instead.
    """
    strategy = "file_copy" if is_embedded() else "wal_log"
    owner.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY {strategy}')
    owner.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    owner.execute(f'GRANT CONNECT ON DATABASE "{name}" TO vangnet_app')


def migrate(name: str) -> None:
    """Make the tables, and the view through which tests read the log."""
    from vangnet.config import migration

    with as_owner(name) as owner:
        for extension in ("btree_gist", "pg_trgm", "unaccent"):
            owner.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    with migration.as_owner(on_database(settings.OWNER_URL, name)):
        migration.migrate_here()
    with as_owner(name) as owner:
        owner.execute(LOGBOOK)


def fill(name: str) -> None:
    """Fill a database that has its tables with the region pack of the settings, and its demonstration."""
    from django.db import connection

    from vangnet.config import pack
    from vangnet.identity.operator import operator, service_session
    from vangnet.vault.start import keep_keys

    with pointing_at(name), service_session(operator()):
        keep_keys()
        pack.load(settings.REGION_FOLDER, by=operator(), at=timezone.now(), demo=True)
    with as_owner(name) as owner:
        owner.execute("ANALYZE")
    connection.close()


@contextmanager
def pointing_at(name: str) -> Iterator[None]:
    """Let Django's connections go to another database, in every thread."""
    from django.db import connection, connections

    before = connections.settings["default"]["NAME"]
    connection.close()
    for target in (connections.settings["default"], connection.settings_dict):
        target["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        for target in (connections.settings["default"], connection.settings_dict):
            target["NAME"] = before


@contextmanager
def clone(label: str) -> Iterator[str]:
    """Make a copy of the template for the length of the block."""
    name = f"vangnet_test_{os.getpid()}_{label}"
    template = ensure_template()
    with as_owner() as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])  # two clones at once disturb each other
        owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        create(owner, name, template=template)
    try:
        yield name
    finally:
        _drop(name)


def _drop(name: str) -> None:
    """Drop a database; a connection that was just closed may take a moment to be gone for the server."""
    with as_owner() as owner:
        for _ in range(50):
            try:
                owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                return
            except psycopg.errors.InsufficientPrivilege:  # the owner may not end what the weak role runs
                time.sleep(0.1)
        owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
