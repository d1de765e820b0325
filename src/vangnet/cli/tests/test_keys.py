"""Keys from the command line: made once, shown without secrets, renewed without loss."""

import json

import pytest

from vangnet.cli.main import main
from vangnet.vault.envelope import new_key
from vangnet.vault.keys import ZONES, KeyFile

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("AVG-32")]


@pytest.fixture
def path(settings, tmp_path, monkeypatch):
    monkeypatch.setattr("vangnet.vault.start.known_keys", dict)  # a database that nothing was sealed for yet
    settings.KEY_FILE, settings.KMS_URL = tmp_path / "secrets" / "zone-keys.json", ""
    return settings.KEY_FILE


@pytest.fixture
def run(capsys):
    def run(verb):
        code = main(["keys", verb])
        return code, *capsys.readouterr()

    return run


def test_a_new_site_gets_a_key_per_zone_and_is_told_to_copy_it(run, path):
    code, out, _ = run("create")

    assert code == 0
    assert str(path) in out
    assert "copy it" in out
    assert path.stat().st_mode & 0o777 == 0o600


def test_keys_are_not_made_again(run, path):
    run("create")
    before = path.read_bytes()
    code, _, error = run("create")

    assert (code, error.count("\n")) == (1, 1)
    assert "never overwritten" in error
    assert path.read_bytes() == before


def test_a_check_shows_which_keys_there_are_and_no_secret(run, path):
    run("create")
    run("rotate")
    code, out, _ = run("check")
    rows = [line.split("\t") for line in out.splitlines()[1:]]

    assert code == 0
    assert [row[0] for row in rows] == [zone for zone in ZONES for _ in range(2)]
    assert [row[4] for row in rows] == ["opens only", "seals"] * 4
    for keys in json.loads(path.read_text())["zones"].values():
        assert not [key["key"] for key in keys if key["key"] in out]


def test_a_rotation_keeps_what_was_sealed_readable(run, path):
    run("create")
    key = new_key()
    wrapped = KeyFile(path).wrap("riec", key, context=b"d")
    code, out, _ = run("rotate")

    assert code == 0
    assert "copy" in out
    assert KeyFile(path).unwrap("riec", wrapped, context=b"d") == key


@pytest.mark.parametrize("verb", ["check", "rotate"])
def test_without_a_file_there_is_one_line_that_says_how_to_mend_it(run, path, verb):
    code, _, error = run(verb)

    assert (code, error.count("\n")) == (1, 1)
    assert f"{path} is missing" in error
    assert not path.exists()


@pytest.mark.parametrize("verb", ["create", "rotate"])
def test_keys_in_a_service_are_made_there(run, path, settings, verb):
    settings.KMS_URL = "https://kms.example"
    code, _, error = run(verb)

    assert code == 1
    assert "make and renew them there" in error
    assert not path.exists()
