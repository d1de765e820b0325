"""Brings the database to this version: tables, cache table and grants, as owner."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

import dj_database_url
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from vangnet.config import environment, grants


@contextlib.contextmanager
def as_owner(url: str | None = None) -> Iterator[None]:
    """Run the block on a connection of the owner role instead of the weak one."""
    address = url or settings.OWNER_URL
    if not address:
        environment.refuse("set DATABASE_OWNER_URL: only the owner of the database may change its tables")
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= dj_database_url.parse(address) | {"OPTIONS": {}}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


def migrate(*, verbosity: int = 0) -> None:
    """Create or change the tables and give the runtime role exactly its rights."""
    with as_owner():
        migrate_here(verbosity=verbosity)


def migrate_here(*, verbosity: int = 0) -> None:
    """Do the work of `migrate` on the connection as it is now."""
    with _without_tidying():
        call_command("migrate", verbosity=verbosity, interactive=False)
    call_command("createcachetable", verbosity=verbosity)
    grants.apply()


@contextlib.contextmanager
def _without_tidying() -> Iterator[None]:
    """Look for no rubbish: Django keeps the models of each migration, and looking took a quarter of it."""
    was_tidying = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_tidying:
            gc.enable()


def is_current() -> bool:
    """Say whether the database has every migration of this version."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
