import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.disclosure.cell_key import record_key, round_by_key
from vangnet.analysis.disclosure.faults import SolverStopped
from vangnet.analysis.disclosure.round_additive import round_additive
from vangnet.analysis.disclosure.tests.cubes import cube

SECRET = b"a secret for tests only"


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=12, max_size=12))
def test_rounded_tables_add_up(figures):
    table = cube(np.reshape(figures, (2, 3, 2)))
    found = round_additive(table)

    assert np.abs(table.matrix @ found.value).max() == 0
    assert (found.value % 5 == 0).all()
    assert (np.abs(found.value - table.value) < 5).all() or found.beyond_base


@settings(derandomize=True, max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=6, max_size=6))
def test_no_rounded_table_has_less_error(figures):
    table = cube(np.reshape(figures, (2, 3)))
    found = round_additive(table, gap=0.0)

    least = np.inf
    options = [sorted({5 * (n // 5), 5 * -(-n // 5)}) for n in figures]
    for choice in itertools.product(*options):
        value = cube(np.reshape(choice, (2, 3))).value
        error = np.abs(value - table.value)
        if (error < 5).all():
            least = min(least, error.sum())
    assert np.abs(found.value - table.value).sum() == pytest.approx(least)


def test_rounding_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match="base must be"):
        round_additive(cube([1, 2]), base=1)
    with pytest.raises(ValueError, match="whole numbers"):
        round_additive(cube([1.5, 2]))


def test_a_solver_without_time_gives_no_table():
    figures = np.random.default_rng(1).integers(0, 40, size=(12, 12, 6))

    with pytest.raises(SolverStopped, match="stopped before"):
        round_additive(cube(figures), gap=0.0, seconds=1e-6)


def test_rounding_by_key_has_no_bias_and_repeats_itself():
    keys = np.array([record_key(str(i).encode(), SECRET) for i in range(4000)], dtype=np.uint64)
    count = np.full(4000, 3)
    found = round_by_key(count, keys)

    assert set(found.tolist()) == {0, 5}
    assert abs(found.mean() - 3) < 0.15
    assert (found == round_by_key(count, keys)).all()
    assert round_by_key([0, 5, 10], keys[:3]).tolist() == [0, 5, 10]


def test_rounding_by_key_refuses_what_it_cannot_use():
    with pytest.raises(ValueError, match="one shape"):
        round_by_key([1, 2], [1])
    with pytest.raises(ValueError, match=">= 0"):
        round_by_key([-1], [1])
    with pytest.raises(ValueError, match="16 bytes"):
        record_key(b"a", b"short")
