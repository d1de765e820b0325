"""A start with other keys than those of the database is refused, in one line, and nothing is rewritten."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_house import demo, surroundings, vangnet, wait_for
from vangnet.vault.keys import create_key_file, rotate_key_file

pytestmark = pytest.mark.embedded
MODE = {"VANGNET_MODE": "demo"}


@pytest.fixture(scope="module")
def data(demonstration):
    """A data folder with a prepared demonstration, which was sealed with the keys beside it."""
    folder = Path("/tmp") / f"vangnet-keys-{os.getpid()}"
    subprocess.run(["cp", "-a", str(demonstration), str(folder)], check=True)
    with demo(folder) as (_, site):  # the first start notes the keys
        wait_for(f"{site}/gezondheid/")
    yield folder
    vangnet(folder, "database", "stop")
    subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.fixture
def key_file(data):
    """The key file; put back as it was after the test."""
    path = data / "secrets" / "zone-keys.json"
    content = path.read_bytes()
    yield path
    path.unlink(missing_ok=True)
    path.touch(0o600)
    path.write_bytes(content)


def refused(data, path):
    """Start, expect one line and no traceback, and return it; the key file stays as it is."""
    before = (path.read_bytes(), path.stat().st_mode) if path.exists() else None
    noted = known(data)

    done = vangnet(data, "serve", "--bind", "127.0.0.1:1", **MODE)

    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1
    after = (path.read_bytes(), path.stat().st_mode) if path.exists() else None
    assert after == before
    assert known(data) == noted
    return done.stderr


ASK = """
from vangnet.cli.house import open_house
with open_house():
    from vangnet.vault.start import known_keys
    import sys
    sys.stdout.write(repr(sorted(known_keys().items())))
"""


def known(data):
    """Return what the database holds about its keys."""
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(command, env=surroundings(data, **MODE), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "riec" in done.stdout
    return done.stdout


def test_without_the_key_file_nothing_starts_and_no_new_one_is_made(data, key_file):
    key_file.unlink()

    assert "missing" in refused(data, key_file)
    assert not key_file.exists()


def test_with_another_key_file_nothing_starts(data, key_file, tmp_path):
    create_key_file(tmp_path / "others.json")
    key_file.write_bytes((tmp_path / "others.json").read_bytes())

    assert "does not hold the keys of zone" in refused(data, key_file)


def test_with_a_damaged_key_file_nothing_starts(data, key_file):
    key_file.write_bytes(key_file.read_bytes()[:-20])

    assert str(key_file) in refused(data, key_file)


def test_with_a_key_file_that_others_may_read_nothing_starts(data, key_file):
    key_file.chmod(0o644)

    assert str(key_file) in refused(data, key_file)


def test_with_a_copy_from_before_a_rotation_nothing_starts(data):
    key_file = data / "secrets" / "zone-keys.json"
    before = key_file.read_bytes()
    rotate_key_file(key_file)
    rotated = key_file.read_bytes()
    with demo(data) as (_, site):  # notes the newest keys
        wait_for(f"{site}/gezondheid/")
    key_file.write_bytes(before)

    assert "misses the newest" in refused(data, key_file)

    key_file.write_bytes(rotated)
    with demo(data) as (_, site):
        wait_for(f"{site}/gezondheid/")


def test_a_restored_database_works_with_its_own_keys_and_with_no_other(data, key_file):
    target = data / "whole.dump"
    assert vangnet(data, "backup", str(target), **MODE).returncode == 0
    done = vangnet(data, "restore", str(target), "--yes", **MODE)
    assert done.returncode == 0, done.stderr
    with demo(data) as (_, site):
        wait_for(f"{site}/gezondheid/")
    key_file.unlink()

    assert "missing" in refused(data, key_file)
