"""A sealed value opens with its own key in its own place, whole, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vangnet.vault.envelope import (
    OVERHEAD,
    Tampered,
    new_key,
    padded_size,
    seal,
    seal_text,
    unseal,
    unseal_text,
)

pytestmark = [pytest.mark.requirement("AVG-32"), pytest.mark.attack("A-34")]
KEY = new_key()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(plaintext=st.binary(max_size=200), context=st.binary(max_size=40))
def test_a_sealed_value_comes_back_as_it_was(plaintext, context):
    sealed = seal(KEY, plaintext, context=context)

    assert unseal(KEY, sealed, context=context) == plaintext
    assert len(sealed) == len(plaintext) + OVERHEAD


@given(data=st.data(), plaintext=st.binary(max_size=60))
def test_a_flipped_bit_anywhere_is_found(data, plaintext):
    sealed = bytearray(seal(KEY, plaintext, context=b"here"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Tampered):
        unseal(KEY, bytes(sealed), context=b"here")


def test_every_truncation_and_every_addition_is_found():
    sealed = seal(KEY, b"Jansen", context=b"here")

    for wrong in [*(sealed[:length] for length in range(len(sealed))), sealed + b"\0", b"\0" + sealed]:
        with pytest.raises(Tampered):
            unseal(KEY, wrong, context=b"here")


def test_another_key_or_another_place_opens_nothing():
    sealed = seal(KEY, b"Jansen", context=b"row 1")

    for key, context in [(new_key(), b"row 1"), (KEY, b"row 2"), (KEY, b"")]:
        with pytest.raises(Tampered) as caught:
            unseal(key, sealed, context=context)
        assert "Jansen" not in str(caught.value)


def test_the_same_value_is_never_sealed_the_same():
    assert len({seal(KEY, b"Jansen", context=b"") for _ in range(500)}) == 500


@pytest.mark.parametrize("key", [b"", b"short", bytes(16), bytes(33)])
def test_a_key_of_another_length_is_refused(key):
    with pytest.raises(ValueError, match="32 bytes"):
        seal(key, b"x", context=b"")
    with pytest.raises(ValueError, match="32 bytes"):
        unseal(key, bytes(40), context=b"")


@given(content=JSON)
def test_anything_that_fits_in_json_comes_back_as_it_was(content):
    assert unseal_text(KEY, seal_text(KEY, content, context=b"c"), context=b"c") == content


def test_half_a_sign_comes_back_as_it_was():
    assert unseal_text(KEY, seal_text(KEY, "a\ud800b", context=b""), context=b"") == "a\ud800b"


def test_names_cannot_be_told_apart_by_length():
    names = ["Bo", "Maximiliaan van den Heuvel-Roodenburg", "é" * 60, {"bsn": "123456782"}]

    assert {len(seal_text(KEY, name, context=b"")) for name in names} == {128 + OVERHEAD}


@given(length=st.integers(0, 100_000))
def test_there_are_few_sizes_and_none_is_smaller_than_the_content(length):
    size = padded_size(max(length, 1))

    assert size >= length
    assert size in {128, 512, 2048} or size % 4096 == 0
