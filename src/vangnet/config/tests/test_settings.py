"""A wrong setting stops the start with one line; secrets are files of the owner alone."""

import os
import subprocess
import sys

import pytest

LOAD = "import django; django.setup()"


def start(tmp_path, program=LOAD, **changed):
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
        [sys.executable, "-W", "ignore", "-c", program], env=surroundings, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("VANGNET_MODE", "develop", "VANGNET_MODE='develop'"),
        ("VANGNET_REGION", "atlantis", "VANGNET_REGION='atlantis'"),
        ("VANGNET_DATA", " ", "VANGNET_DATA"),
        ("DATABASE_URL", "mysql://x@y/z", "PostgreSQL only"),
        ("VANGNET_TRUSTED_PROXIES", "one", "VANGNET_TRUSTED_PROXIES='one'"),
        ("VANGNET_HOSTS", " , ", "VANGNET_HOSTS is empty"),
        ("VANGNET_KEY_FILE", " ", "VANGNET_KEY_FILE is empty"),
        ("VANGNET_KMS_URL", "http://127.0.0.1:8200", "VANGNET_KMS_URL must be an address with https://"),
        ("VANGNET_S3_BUCKET", "kluis", "set VANGNET_S3_ENDPOINT and VANGNET_S3_KEYS_FILE too"),
    ],
)
def test_a_wrong_value_stops_the_start(tmp_path, setting, value, expected):
    done = start(tmp_path, **{setting: value})

    assert done.returncode == 1
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [("slug: [", "cannot be read"), ("slug: x\nname: X", "lacks: country, unit"), ("", "lacks")],
)
def test_a_pack_that_cannot_be_used_stops_the_start(tmp_path, text, expected):
    (tmp_path / "pack.yaml").write_text(text)

    done = start(tmp_path, VANGNET_REGION=str(tmp_path))

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert expected in done.stderr


@pytest.mark.parametrize(
    ("endpoint", "content", "mode", "expected"),
    [
        ("https://s3.example", '{"access_key": "a", "secret_key": "b"}', 0o644, "can be read by others"),
        ("https://s3.example", '{"access_key": "a"}', 0o600, "write access_key and secret_key"),
        ("https://s3.example", "a:b", 0o600, "write access_key and secret_key"),
        ("http://s3.example", "{}", 0o600, "VANGNET_S3_ENDPOINT must be an address with https://"),
    ],
)
def test_a_store_of_files_is_only_used_over_https_with_secret_keys(
    tmp_path, endpoint, content, mode, expected
):
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(mode)
    store = {"VANGNET_S3_BUCKET": "kluis", "VANGNET_S3_ENDPOINT": endpoint, "VANGNET_S3_KEYS_FILE": str(path)}

    done = start(tmp_path, **store)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert expected in done.stderr


def test_names_of_the_site_may_be_set_apart_by_spaces(tmp_path):
    show = "from django.conf import settings; print(settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS)"

    done = start(tmp_path, show, VANGNET_HOSTS="a.example.nl, b.example.nl")

    hosts, origins = ["a.example.nl", "b.example.nl"], ["https://a.example.nl", "https://b.example.nl"]
    assert done.stdout.strip() == f"{hosts} {origins}"


@pytest.mark.parametrize(
    ("https", "header"), [("on", "('HTTP_X_FORWARDED_PROTO', 'https')"), ("off", "None")]
)
def test_a_visitor_cannot_claim_https_where_there_is_none(tmp_path, https, header):
    show = "from django.conf import settings; print(settings.SECURE_PROXY_SSL_HEADER)"

    assert start(tmp_path, show, VANGNET_HTTPS=https).stdout.strip() == header


def test_the_secret_is_made_once_and_only_for_the_owner(tmp_path):
    assert start(tmp_path).returncode == 0
    key = tmp_path / "data" / "secrets" / "django-key"
    first = key.read_text()

    assert start(tmp_path).returncode == 0
    assert key.read_text() == first
    assert len(first) >= 60
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.requirement("AVG-32")
def test_a_secret_that_others_can_read_stops_the_start(tmp_path):
    start(tmp_path)
    (tmp_path / "data" / "secrets" / "django-key").chmod(0o644)

    done = start(tmp_path)
    assert done.returncode == 1
    assert "chmod 600" in done.stderr
