"""Opens the house for a command: settings, database, a session; and closes it again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from vangnet.config import environment
from vangnet.config.database import embedded_cluster, is_embedded


class CommandError(Exception):
    """A command cannot do what was asked; the message says why."""


def choose_demo_mode() -> None:
    """Make this process a demonstration, with a data folder of its own unless one is named."""
    os.environ["VANGNET_MODE"] = "demo"
    if "VANGNET_DATA" not in os.environ:
        os.environ["VANGNET_DATA"] = str(environment.demo_folder())


@contextlib.contextmanager
def open_house() -> Iterator[None]:
    """Set up Django on a running database; stop the embedded server afterwards when this call started it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vangnet.config.settings")
    cluster = embedded_cluster(environment.data_folder()) if is_embedded() else None
    was_running = cluster is None or cluster.running_pid() is not None
    import django

    try:
        django.setup()
        yield
    finally:
        if cluster is not None and not was_running and not _others_at_work():
            cluster.stop()


def _others_at_work() -> bool:
    """Say whether another process has a connection to the database."""
    import psycopg
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    for connection in connections.all():
        connection.close_pool()  # type: ignore[attr-defined]
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename LIKE 'vangnet%'"
    )
    try:
        with psycopg.connect(settings.OWNER_URL) as server:
            row = server.execute(query).fetchone()
    except psycopg.OperationalError:
        return True
    return row != (0,)


@contextlib.contextmanager
def as_operator() -> Iterator[None]:
    """Run the block in a session of the command line's own account."""
    from vangnet.identity.operator import operator, service_session

    with service_session(operator()):
        yield
