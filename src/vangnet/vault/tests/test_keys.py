"""Key rings in a file and a key service: zones are walls, rotation loses nothing, wrong rings are refused."""

import json
from pathlib import Path

import pytest

from vangnet.vault import keys
from vangnet.vault.envelope import Tampered, new_key
from vangnet.vault.keys import KeyFile, WrongKeys, check, create_key_file, rotate_key_file

pytestmark = [pytest.mark.requirement("AVG-32"), pytest.mark.attack("A-34")]
DOSSIER = new_key()


@pytest.fixture(params=["file", "service"])
def ring(request):
    return (
        KeyFile(request.getfixturevalue("path"))
        if request.param == "file"
        else request.getfixturevalue("transit")
    )


def fingerprints(ring):
    return {zone: ring.fingerprint(zone) for zone in keys.ZONES}


# --- what holds for every ring ---


@pytest.mark.parametrize("zone", keys.ZONES)
def test_a_wrapped_key_comes_back_and_does_not_show_itself(ring, zone):
    wrapped = ring.wrap(zone, DOSSIER, context=b"dossier 1")

    assert ring.unwrap(zone, wrapped, context=b"dossier 1") == DOSSIER
    assert DOSSIER not in wrapped
    assert wrapped != ring.wrap(zone, DOSSIER, context=b"dossier 1")


def test_a_key_opens_in_no_other_zone_and_for_no_other_dossier(ring):
    wrapped = ring.wrap("riec", DOSSIER, context=b"dossier 1")

    for zone, context in [
        ("zvh", b"dossier 1"),
        ("gemeente", b"dossier 1"),
        ("riec", b"dossier 2"),
        ("riec", b""),
    ]:
        with pytest.raises(Tampered):
            ring.unwrap(zone, wrapped, context=context)


@pytest.mark.parametrize(
    "spoil", [lambda w: w[:-1], lambda w: b"", lambda w: w[:20] + b"\xff" + w[21:], lambda w: w[::-1]]
)
def test_a_spoiled_key_is_found(ring, spoil):
    with pytest.raises(Tampered):
        ring.unwrap("riec", spoil(ring.wrap("riec", DOSSIER, context=b"d")), context=b"d")


def test_zones_and_uses_have_secrets_of_their_own(ring):
    found = {ring.secret(zone, info) for zone in keys.ZONES for info in (b"a", b"b", b"ab", b"")}

    assert {len(secret) for secret in found} == {32}
    assert len(found) == 16
    assert not found & {ring.fingerprint(zone) for zone in keys.ZONES}
    assert ring.secret("zvh", b"a") == ring.secret("zvh", b"a")


@pytest.mark.parametrize("zone", ["netwerk", "", "RIEC", "../riec"])
def test_a_zone_without_a_key_is_refused(ring, zone):
    for call in (
        ring.key_id,
        ring.fingerprint,
        lambda z: ring.secret(z, b""),
        lambda z: ring.wrap(z, DOSSIER, context=b""),
    ):
        with pytest.raises(ValueError, match="has no keys"):
            call(zone)


def test_a_ring_that_the_database_knows_passes_and_any_other_does_not(ring):
    known = fingerprints(ring)
    check(ring, {})
    check(ring, known)

    with pytest.raises(WrongKeys, match="does not hold the keys of zone zvh") as caught:
        check(ring, known | {"zvh": bytes(32)})
    assert ring.place in str(caught.value)
    assert "\n" not in str(caught.value)


# --- the file ---


def test_only_the_owner_can_read_the_file(path):
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_file_is_never_overwritten_nor_made_beside_a_database_with_other_keys(path, tmp_path):
    before = path.read_bytes()

    with pytest.raises(WrongKeys, match="never overwritten"):
        create_key_file(path)
    with pytest.raises(WrongKeys, match="other keys"):
        create_key_file(tmp_path / "new.json", known={"riec": bytes(32)})

    assert path.read_bytes() == before
    assert not (tmp_path / "new.json").exists()
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_after_rotation_the_old_still_opens_and_the_new_key_seals(path):
    ring = KeyFile(path)
    old, known, secret, name = (
        ring.wrap("riec", DOSSIER, context=b"d"),
        fingerprints(ring),
        ring.secret("riec", b"i"),
        ring.key_id("riec"),
    )

    added = rotate_key_file(path)

    assert ring.key_id("riec") == added["riec"] != name
    assert ring.unwrap("riec", old, context=b"d") == DOSSIER
    assert ring.wrap("riec", DOSSIER, context=b"d").startswith(bytes.fromhex(added["riec"]))
    assert ring.secret("riec", b"i") == secret
    assert path.stat().st_mode & 0o777 == 0o600
    check(ring, known)


def test_a_copy_from_before_the_rotation_is_refused(path):
    copy = path.read_bytes()
    rotate_key_file(path)
    known = fingerprints(KeyFile(path))
    path.write_bytes(copy)

    with pytest.raises(WrongKeys, match="misses the newest"):
        check(KeyFile(path), known)


def test_a_missing_file_is_missed_differently_by_a_new_site_and_a_filled_one(tmp_path):
    ring = KeyFile(tmp_path / "none.json")

    with pytest.raises(WrongKeys, match="vangnet keys create"):
        check(ring, {})
    with pytest.raises(WrongKeys, match="do not make a new one"):
        check(ring, {"riec": bytes(32)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
def test_a_file_that_others_can_read_is_refused_also_while_the_site_runs(path, mode):
    ring = KeyFile(path)
    ring.key_id("riec")
    path.chmod(mode)

    with pytest.raises(WrongKeys, match=r"can be read by others; run: chmod 600"):
        ring.key_id("riec")


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(WrongKeys, match=str(tmp_path)):
        check(KeyFile(tmp_path), {})


def changed(path, change):
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(version=2),
        lambda d: d.pop("version"),
        lambda d: d["zones"].pop("zvh"),
        lambda d: d["zones"].update(netwerk=d["zones"]["zvh"]),
        lambda d: d["zones"].update(zvh=[]),
        lambda d: d["zones"].update(zvh=d["zones"]["riec"]),
        lambda d: d["zones"]["riec"].append(d["zones"]["riec"][0]),
        lambda d: d["zones"]["riec"][0].update(key="AAAA"),
        lambda d: d["zones"]["riec"][0].update(key=d["zones"]["zvh"][0]["key"]),
        lambda d: d["zones"]["riec"][0].update(key=7),
        lambda d: d["zones"]["riec"][0].update(made="yesterday"),
        lambda d: d["zones"]["riec"][0].pop("id"),
        lambda d: d.update(zones=[]),
    ],
)
def test_a_damaged_file_is_refused_in_one_line_and_left_alone(path, change):
    secret = json.loads(path.read_text())["zones"]["riec"][0]["key"]
    changed(path, change)
    before = path.read_bytes()

    for attempt in (lambda: check(KeyFile(path), {}), lambda: rotate_key_file(path)):
        with pytest.raises(WrongKeys) as caught:
            attempt()
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
        assert secret not in str(caught.value)
        assert caught.value.__cause__ is None
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"null", b"[" * 100_000, b"{}"])
def test_a_file_of_something_else_is_refused(path, content):
    path.write_bytes(content)

    with pytest.raises(WrongKeys, match="not a key file"):
        check(KeyFile(path), {})


def test_a_rotation_that_was_broken_off_is_shown_and_changes_nothing(path):
    before = path.read_bytes()
    path.with_name(path.name + ".draft").write_text("half")

    with pytest.raises(WrongKeys, match="broken off"):
        rotate_key_file(path)
    assert path.read_bytes() == before


def test_a_ring_does_not_show_keys_when_printed(path):
    key = KeyFile(path).keys("riec")[0]

    assert repr(key.key) not in repr(key)


# --- by setting ---


def test_the_setting_chooses_between_file_and_service(settings, path, service, token_file):
    settings.KEY_FILE, settings.KMS_URL = path, ""
    assert keys.key_ring().place == str(path)
    assert keys.key_ring() is keys.key_ring()

    settings.KMS_URL, settings.KMS_TOKEN_FILE = service.url, token_file
    assert keys.key_ring().key_id("riec") == "vangnet-riec"

    settings.KMS_TOKEN_FILE = None
    with pytest.raises(WrongKeys, match="VANGNET_KMS_TOKEN_FILE"):
        keys.key_ring()


def test_no_key_file_of_the_project_is_made_by_asking(settings, tmp_path):
    settings.KEY_FILE, settings.KMS_URL = tmp_path / "deep" / "keys.json", ""

    with pytest.raises(WrongKeys):
        keys.key_ring().secret("riec", b"")
    assert not Path(tmp_path / "deep").exists()
