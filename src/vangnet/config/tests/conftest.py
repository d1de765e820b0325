"""Real embedded servers for the tests of this folder."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from vangnet.config import machine
from vangnet.config.embedded import ACCOUNT, Cluster


@contextlib.contextmanager
def short_folder():
    """A folder with a short path that the account of the server may enter (pytest's own are private)."""
    folder = Path(tempfile.mkdtemp(prefix="vn-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def folder():
    with short_folder() as made:
        yield made


@pytest.fixture
def start():
    """Make clusters that are stopped after the test."""
    made = []

    def make(root, **options):
        made.append(Cluster(root, **options))
        return made[-1]

    yield make
    for cluster in made:
        cluster.stop()


@pytest.fixture(scope="session")
def cluster():
    with short_folder() as made:
        shared = Cluster(made / "pg")
        shared.ensure()
        yield shared
        shared.stop()


@pytest.fixture
def urls(cluster):
    return cluster.ensure()


@pytest.fixture(scope="session")
def as_server_account():
    """Options that make a subprocess run as the account of the server: as root another one than ours."""
    if os.geteuid() != 0:
        return {}
    account = machine.account(ACCOUNT)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
