"""A BSN in a free text is found however it is written, and other numbers are left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vangnet.vault.personal import Match, find_bsn, mask
from vangnet.vault.pseudonyms import is_bsn

pytestmark = pytest.mark.requirement("AVG-BSN")


def with_check_digit(number):
    """Return the first BSN from this number of eight digits on that has a check digit below ten."""
    return next(t for n in range(number, number + 99) for d in range(10) if is_bsn(t := f"{n:08}{d}"))


BSNS = st.integers(10_000_000, 99_999_000).map(with_check_digit)
BETWEEN = st.sampled_from(["", "", " ", ".", "-", "\u00a0", "\u2011", "\u200b", " - "])


@given(bsn=BSNS, between=st.lists(BETWEEN, min_size=8, max_size=8))
def test_a_bsn_is_found_with_any_separators(bsn, between):
    written = "".join(digit + sign for digit, sign in zip(bsn, [*between, ""], strict=True))
    text = f"Meneer ({written}) woont hier."

    assert find_bsn(text) == [Match(8, 8 + len(written))]
    assert mask(text) == "Meneer ([BSN]) woont hier."


@pytest.mark.parametrize(
    "text",
    [
        "123456789",
        "1234567821",
        "0612345678 en 06-12345678",
        "NL91ABNA0417164300",
        "2024-01-15 12:30",
        "zaak 20240115",
        "123456\n782",
        "000000000",
        "",
        "geen getal",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert find_bsn(text) == []
    assert mask(text) == text


def test_several_are_found_in_order_also_beside_other_numbers():
    text = "In 2024: 123456782, 99 1234567 82; ook 111222333 en ١٢٣٤٥٦٧٨٢."

    assert [text[match.start : match.end] for match in find_bsn(text)] == [
        "123456782",
        "1234567 82",
        "111222333",
        "١٢٣٤٥٦٧٨٢",
    ]
    assert mask(text).count("[BSN]") == 4


@pytest.mark.parametrize("text", ["BSN: 10464554", "burgerservicenummer 1046.45.54", "sofinummer=10464554"])
def test_a_first_zero_may_be_left_out_when_the_number_is_called_a_bsn(text):
    assert len(find_bsn(text)) == 1
    assert find_bsn("nummer 10464554") == []


def test_a_match_does_not_repeat_the_number():
    assert "1234" not in repr(find_bsn("1234.56.782"))


@given(text=st.text(alphabet="0123456789 .-a\n", max_size=80))
def test_nothing_is_left_after_masking(text):
    assert find_bsn(mask(text)) == []


@pytest.mark.parametrize(
    "text", ["1 " * 50_000, "1" * 100_000, "bsn" * 33_000, "1   " * 25_000, "bsn " + " " * 99_000]
)
def test_a_hostile_text_takes_no_time(text):
    started = time.monotonic()
    find_bsn(text)

    assert time.monotonic() - started < 5
