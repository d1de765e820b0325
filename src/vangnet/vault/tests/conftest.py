"""A key file, and a key service with a ring that asks it."""

import pytest

from vangnet.vault.keys import create_key_file
from vangnet.vault.tests.transit_service import TOKEN, running
from vangnet.vault.transit import TransitKeys


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "secrets" / "zone-keys.json"
    create_key_file(path)
    return path


@pytest.fixture
def service():
    with running() as service:
        yield service


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def transit(service, token_file):
    return TransitKeys(service.url, token_file, connect=0.5, deadline=1, pause=0.5, may_be_plain=True)
