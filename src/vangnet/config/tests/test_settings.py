"""A wrong setting stops the start with one line; secrets are files of the owner alone."""

import os
import subprocess
import sys

import pytest

LOAD = "import django; django.setup()"


def start(tmp_path, **changed):
    """Load the settings in a process of their own."""
    surroundings = {
        k: v for k, v in os.environ.items() if not k.startswith(("VANGNET", "DATABASE", "DJANGO"))
    }
    surroundings |= {
        "DJANGO_SETTINGS_MODULE": "vangnet.config.settings",
        "VANGNET_MODE": "production",
        "VANGNET_DATA": str(tmp_path / "data"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    } | changed
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD], env=surroundings, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("VANGNET_MODE", "develop", "VANGNET_MODE='develop'"),
        ("VANGNET_REGION", "atlantis", "VANGNET_REGION='atlantis'"),
        ("VANGNET_DATA", " ", "VANGNET_DATA"),
        ("DATABASE_URL", "mysql://x@y/z", "PostgreSQL only"),
    ],
)
def test_a_wrong_value_stops_the_start(tmp_path, setting, value, expected):
    done = start(tmp_path, **{setting: value})

    assert done.returncode == 1
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_secret_is_made_once_and_only_for_the_owner(tmp_path):
    assert start(tmp_path).returncode == 0
    key = tmp_path / "data" / "secrets" / "django-key"
    first = key.read_text()

    assert start(tmp_path).returncode == 0
    assert key.read_text() == first
    assert len(first) >= 60
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_secret_that_others_can_read_stops_the_start(tmp_path):
    start(tmp_path)
    (tmp_path / "data" / "secrets" / "django-key").chmod(0o644)

    done = start(tmp_path)
    assert done.returncode == 1
    assert "chmod 600" in done.stderr
