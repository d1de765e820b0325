"""Real embedded servers for the tests of this folder."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from vangnet.config import machine
from vangnet.config.embedded import ACCOUNT, Cluster


def _memory_or_disk():
    """A file system in memory with room spares the disk; containers often give it 64 MB only."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    return memory if roomy else Path("/tmp")


@contextlib.contextmanager
def short_folder(parent):
    """A folder with a short path that the account of the server may enter (pytest's own are private)."""
    folder = Path(tempfile.mkdtemp(prefix="vn-", dir=parent))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server_folder():
    """A context manager that gives a folder for a server."""
    return lambda: short_folder(_memory_or_disk())


@pytest.fixture
def folder(server_folder):
    with server_folder() as made:
        yield made


@pytest.fixture
def folder_for_programs():
    """A folder on disk: the file system in memory may forbid to run programs."""
    with short_folder("/tmp") as made:
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
def cluster(server_folder):
    with server_folder() as made:
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
