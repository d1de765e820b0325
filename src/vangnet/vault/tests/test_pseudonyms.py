"""One person has another name for every purpose and receiver; who has no key cannot tell who it is."""

import base64
import hashlib
import hmac
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vangnet.vault import pseudonyms
from vangnet.vault.envelope import new_key
from vangnet.vault.keys import KeyFile, create_key_file
from vangnet.vault.pseudonyms import (
    NotABsn,
    bsn_index,
    clean_bsn,
    index_key,
    is_bsn,
    name_index,
    normal_name,
    pseudonym,
    purpose_key,
)

pytestmark = [pytest.mark.requirement("AVG-BSN"), pytest.mark.attack("A-24")]
KEY, OTHER = new_key(), new_key()
PLACE = {"agreement": UUID(int=1), "purpose": UUID(int=2), "receiver": UUID(int=3), "period": "2026"}


def valid_bsns(amount, start=100_000_000):
    found = []
    while len(found) < amount:
        if is_bsn(f"{start:09}"):
            found.append(f"{start:09}")
        start += 7
    return found


def with_check_digit(number):
    """Return the first BSN from this number of eight digits on that has a check digit below ten."""
    return next(t for n in range(number, number + 99) for d in range(10) if is_bsn(t := f"{n:08}{d}"))


BSNS = st.integers(10_000_000, 99_999_000).map(with_check_digit)


@pytest.fixture
def ring(tmp_path):
    create_key_file(tmp_path / "keys.json")
    return KeyFile(tmp_path / "keys.json")


@pytest.mark.parametrize("text", ["123456782", "111222333", "999990019", "010464554"])
def test_numbers_that_pass_the_check(text):
    assert is_bsn(text)


@pytest.mark.parametrize(
    "text",
    ["123456789", "000000000", "12345678", "1234567821", "", "12345678a", "１２３４５６７８２", "-12345678"],
)
def test_numbers_that_do_not(text):
    assert not is_bsn(text)


@given(bsn=BSNS, place=st.integers(0, 8), other=st.integers(1, 9))
def test_one_wrong_digit_is_always_found(bsn, place, other):
    digits = list(bsn)
    digits[place] = str((int(digits[place]) + other) % 10)

    assert not is_bsn("".join(digits))


@pytest.mark.parametrize("text", ["123456782", "1234.56.782", "123 456 782", "123-456-782", " 123456782\n"])
def test_a_bsn_may_be_written_as_people_do(text):
    assert clean_bsn(text) == "123456782"
    assert clean_bsn("10464554") == "010464554"


def test_a_wrong_number_is_not_repeated_in_the_error():
    with pytest.raises(NotABsn) as caught:
        pseudonym(KEY, "123456789")
    assert "123456789" not in f"{caught.value!r} {caught.value}"


@given(bsn=BSNS)
def test_a_pseudonym_is_that_of_the_standard(bsn):
    expected = base64.b32encode(hmac.new(KEY, b"bsn:" + bsn.encode(), hashlib.sha256).digest())[:26].decode()

    assert pseudonym(KEY, bsn) == expected == pseudonym(KEY, f"{bsn[:4]}.{bsn[4:6]}.{bsn[6:]}")
    assert pseudonym(OTHER, bsn) != expected
    assert bsn_index(KEY, bsn) != expected


def test_ten_thousand_people_have_no_pseudonym_in_common_between_two_purposes(ring):
    people = valid_bsns(10_000)
    one = purpose_key(ring, "riec", **PLACE)
    two = purpose_key(ring, "riec", **PLACE | {"purpose": UUID(int=9)})
    first, second = ({pseudonym(key, bsn) for bsn in people} for key in (one, two))

    assert (len(first), len(second), len(first & second)) == (10_000, 10_000, 0)


def test_every_part_of_the_place_makes_another_key(ring):
    places = [PLACE | {name: uuid4()} for name in ("agreement", "purpose", "receiver")]
    places += [PLACE, PLACE | {"period": "2027"}, PLACE | {"salt": b"1"}, PLACE | {"salt": b"2"}]
    found = [purpose_key(ring, zone, **place) for zone in ("riec", "zvh") for place in places]
    found += [index_key(ring, "riec", purpose=PLACE["purpose"])]

    assert len(set(found)) == 15
    assert purpose_key(ring, "riec", **PLACE) == purpose_key(ring, "riec", **PLACE)


def test_without_the_ring_the_key_cannot_be_made(tmp_path):
    found = set()
    for name in ("a.json", "b.json"):
        create_key_file(tmp_path / name)
        found.add(purpose_key(KeyFile(tmp_path / name), "riec", **PLACE))

    assert len(found) == 2


@pytest.mark.parametrize(
    "name",
    [
        "Zoë van den Berg-Jansen",
        "zoe berg jansen",
        "ZOË VAN DER BERG JANSEN",
        "Berg-Jansen, Zoe van den",
        "Zoe\u0308 van de Berg\u2011Jansen",
        "  Zoë   Berg – Jansen ",
    ],
)
def test_a_name_is_found_however_it_is_written(name):
    born = date(2001, 2, 3)

    assert name_index(KEY, name, born) == name_index(KEY, "Zoë van den Berg-Jansen", "2001-02-03")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Søren Łukasz", "soren lukasz"),
        ("Groß", "gross"),
        ("Dĳkstra", "Dijkstra"),
        ("d'Ancona", "d’Ancona"),
        ("'t Hooft", "Hooft"),
        ("Aït Çelik", "ait celik"),
        ("İpek", "ipek"),
    ],
)
def test_signs_on_letters_and_prefixes_make_no_difference(one, other):
    assert normal_name(one) == normal_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("J. Berg", "Jan Berg"), ("Jansen", "Janssen"), ("Ali", "Al"), ("Van", "De")]
)
def test_other_names_stay_other_names(one, other):
    assert normal_name(one) != normal_name(other)


@given(name=st.text(min_size=1, max_size=40))
def test_normalising_twice_is_normalising_once(name):
    try:
        once = normal_name(name)
    except ValueError:
        return
    assert normal_name(once) == once
    assert normal_name(name.upper().lower()) == normal_name(name.upper().lower().swapcase().lower())


def test_another_birth_date_or_purpose_is_another_index(ring):
    keys = [index_key(ring, "riec", purpose=uuid4()) for _ in range(2)]
    found = {
        name_index(key, "Zoë Berg", born)
        for key in keys
        for born in ("2001-02-03", "2001-03-02", "2001-00-00")
    }

    assert len(found) == 6


@pytest.mark.parametrize(
    ("name", "born"),
    [("", "2001-02-03"), ("- '", "2001-02-03"), ("Zoë", "3-2-2001"), ("Zoë", "2001-13-01"), ("Zoë", "")],
)
def test_a_name_or_date_that_is_none_is_refused(name, born):
    with pytest.raises(ValueError, match=r"name|date"):
        name_index(KEY, name, born)


def test_nothing_is_written_to_a_log(caplog, capsys, ring):
    with caplog.at_level(0):
        key = purpose_key(ring, "riec", **PLACE)
        pseudonym(key, "123456782")
        name_index(key, "Zoë Berg", "2001-02-03")
        with pytest.raises(NotABsn):
            bsn_index(key, "123456789")

    assert (caplog.text, *capsys.readouterr()) == ("", "", "")
    assert not hasattr(pseudonyms, "logging")


@pytest.mark.parametrize("key", [b"", b"short", bytes(31)])
def test_a_key_of_another_length_is_refused(key):
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonym(key, "123456782")
