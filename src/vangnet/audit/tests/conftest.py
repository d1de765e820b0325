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
