"""Tests are handed out in portions: what takes longest first, what needs Chromium last."""

from pathlib import Path

import pytest

from tests import order

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("portion", [*order.LONGEST_FIRST, *order.BY_FUNCTION, *order.TOGETHER])
def test_every_portion_with_a_place_exists(portion):
    path, _, function = portion.partition("::")

    assert f"def {function}" in (ROOT / path).read_text()
    assert order.portion(portion) == order.TOGETHER.get(portion, portion) or path in order.BY_FUNCTION


def test_browser_tests_come_after_everything_else():
    browser, other = "tests/browser/test_case.py::test_a", "src/vangnet/places/tests/test_area.py::test_b"

    assert max(order.place(name) for name in (other, *order.RANKS) if "browser" not in name) < order.place(
        browser
    )


def test_tests_without_a_place_of_their_own_keep_their_order():
    names = [f"src/vangnet/places/tests/test_{letter}.py::test" for letter in "cab"]

    assert sorted(names, key=order.place) == names
