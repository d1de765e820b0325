"""The key service: asked once, over https, and on its bad days a clear error instead of a content."""

import time

import pytest

from vangnet.vault.envelope import Tampered, new_key
from vangnet.vault.keys import ZONES, KeyServiceDown, WrongKeys, check
from vangnet.vault.tests.transit_service import TOKEN
from vangnet.vault.transit import TransitKeys

pytestmark = [pytest.mark.requirement("AVG-32"), pytest.mark.attack("A-34")]
DOSSIER = new_key()


def test_the_service_sees_dossier_keys_by_zone_and_never_a_content(service, transit):
    transit.wrap("zvh", DOSSIER, context=b"d")

    assert [name for name, _ in service.asked] == ["encrypt/vangnet-zvh"]
    assert set(service.asked[0][1]) == {"plaintext", "associated_data"}


def test_a_rotation_in_the_service_loses_nothing(service, transit):
    old, known, secret = (
        transit.wrap("riec", DOSSIER, context=b"d"),
        {zone: transit.fingerprint(zone) for zone in ZONES},
        transit.secret("riec", b"i"),
    )

    service.rotate("vangnet-riec")

    assert transit.unwrap("riec", old, context=b"d") == DOSSIER
    assert transit.wrap("riec", DOSSIER, context=b"d").startswith(b"vault:v2:")
    assert transit.secret("riec", b"i") == secret
    check(transit, known)


def test_a_context_holds_also_at_a_service_that_does_not_know_associated_data(service, transit):
    service.knows_associated_data = False
    wrapped = transit.wrap("riec", DOSSIER, context=b"d")

    assert transit.unwrap("riec", wrapped, context=b"d") == DOSSIER
    with pytest.raises(Tampered):
        transit.unwrap("riec", wrapped, context=b"e")


WRONG = [
    "",
    "null",
    "[]",
    "{}",
    '{"data": null}',
    '{"data": {}}',
    "<html>",
    '{"data": {"ciphertext": 1, "plaintext": 1, "hmac": 1}}',
]
WRONG += [
    '{"data": {"ciphertext": "AAAA", "plaintext": "?", "hmac": "vault:v2:AAAA"}}',
    "x" * 100_000,
    "[" * 60_000,
]


@pytest.mark.parametrize(
    "mood",
    ["500", "503", "404", "403", "429", "elsewhere", "slow", "dripping", *[f" {text}" for text in WRONG]],
)
def test_a_bad_day_of_the_service_is_told_and_never_turns_into_plaintext(service, transit, mood):
    wrapped = transit.wrap("riec", DOSSIER, context=b"d")
    calls = [
        lambda: transit.wrap("riec", DOSSIER, context=b"d"),
        lambda: transit.unwrap("riec", wrapped, context=b"d"),
        lambda: transit.fingerprint("riec"),
        lambda: transit.secret("riec", b"i"),
    ]
    service.mood = mood
    service.asked.clear()
    started = time.monotonic()
    for call in calls:
        with pytest.raises(KeyServiceDown) as caught:
            call()
        assert service.url in str(caught.value)
        assert TOKEN not in str(caught.value)

    assert time.monotonic() - started < 4
    assert len(service.asked) <= len(calls)


def test_a_service_that_failed_is_left_alone_for_a_moment_and_then_asked_again(service, transit):
    service.mood = "503"
    service.asked.clear()
    for _ in range(200):
        with pytest.raises(KeyServiceDown):
            transit.fingerprint("riec")
    assert len(service.asked) == 1

    service.mood = ""
    time.sleep(0.55)
    assert len(transit.fingerprint("riec")) == 32


def test_a_service_that_is_not_there_is_told(token_file):
    ring = TransitKeys("http://127.0.0.1:9", token_file, may_be_plain=True)

    with pytest.raises(KeyServiceDown, match="cannot be reached"):
        check(ring, {})


def test_a_token_or_key_that_the_service_does_not_know_is_told(service, transit, token_file):
    del service.keys["vangnet-zvh"]
    with pytest.raises(KeyServiceDown, match=r"refused to hmac with vangnet-zvh \(400\)"):
        check(transit, {})

    token_file.write_text("hvs.other")
    with pytest.raises(KeyServiceDown, match=r"refused to encrypt .*\(403\)"):
        transit.wrap("riec", DOSSIER, context=b"d")


@pytest.mark.parametrize(
    ("content", "mode", "expected"),
    [(TOKEN, 0o644, "chmod 600"), ("", 0o600, "one token"), ("a\nb", 0o600, "one token")],
)
def test_a_token_file_that_is_no_secret_is_refused(service, transit, token_file, content, mode, expected):
    token_file.write_text(content)
    token_file.chmod(mode)

    with pytest.raises(WrongKeys, match=expected):
        transit.fingerprint("riec")
    assert service.asked == []


@pytest.mark.parametrize(
    ("url", "may_be_plain"),
    [
        ("http://127.0.0.1:8200", False),
        ("http://kms.example", True),
        ("http://127.0.0.1.example", True),
        ("ftp://kms.example", True),
        ("https://", True),
        ("https://me:word@kms.example", True),
        ("kms.example", True),
    ],
)
def test_keys_travel_over_https_only(url, may_be_plain, token_file):
    with pytest.raises(WrongKeys, match="https://"):
        TransitKeys(url, token_file, may_be_plain=may_be_plain)
