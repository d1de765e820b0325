import pytest
from django.utils import timezone
from tests import databases

from vangnet.audit import log


@pytest.fixture
def installation(own_database, settings, tmp_path):
    """An installation with a log, a key and a folder of its own."""
    settings.OWNER_URL = databases.on_database(settings.OWNER_URL, own_database)
    settings.CHECKPOINT_KEY = tmp_path / "secrets" / "key.pem"
    settings.CHECKPOINT_FOLDER = tmp_path / "checkpoints"
    settings.CHECKPOINT_FOLDER_IS_OURS = True
    settings.CHECKPOINT_MAIL, settings.CHECKPOINT_HTTP = [], []
    return own_database


@pytest.fixture
def write():
    """Write lines in the log, each in a transaction of its own."""

    def write(count=1, verb="test.done"):
        for number in range(count):
            log.record(verb, f"record-{number}", by=None, at=timezone.now())

    return write


@pytest.fixture
def pretend(own_database):
    """Let a function of identity answer what a test needs, whoever the session is of."""

    def pretend(function, answer):
        with databases.as_owner(own_database) as owner:
            (arguments, kind) = owner.execute(
                "SELECT pg_get_function_arguments(oid), prorettype::regtype::text FROM pg_proc"
                " WHERE oid = %s::regproc",
                [function],
            ).fetchone()
            owner.execute(
                f"CREATE OR REPLACE FUNCTION {function}({arguments}) RETURNS {kind}"
                f" LANGUAGE sql STABLE RETURN '{answer}'::{kind}"
            )

    return pretend


@pytest.fixture
def privacy_officer(pretend, ineke):
    """A privacy officer, in a database where each session is that of one; hers works for Zutphen."""
    pretend("session_has_role", True)
    return ineke
