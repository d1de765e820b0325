import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vangnet.analysis.disclosure import solver
from vangnet.analysis.disclosure.audit import audit
from vangnet.analysis.disclosure.faults import Contradiction, SolverStopped
from vangnet.analysis.disclosure.hierarchy import flat
from vangnet.analysis.disclosure.knowledge import combine, from_figures, publish, publish_rounded
from vangnet.analysis.disclosure.table import make_grid
from vangnet.analysis.disclosure.tests.cubes import cube, nested, try_everything

small = st.tuples(
    st.lists(st.integers(0, 3), min_size=9, max_size=9),
    st.lists(st.booleans(), min_size=9, max_size=9).filter(lambda mask: sum(mask) <= 5),
)


def inner(table):
    return np.array([not any(code == "T" for code in key) for key in table.keys])


@settings(derandomize=True, max_examples=500, deadline=None)
@given(small)
def test_an_attacker_who_tries_every_table_finds_the_same_intervals(drawn):
    figures, mask = drawn
    table = cube(np.reshape(figures, (3, 3)))
    hidden = np.zeros(table.value.size, dtype=bool)
    hidden[np.flatnonzero(inner(table))] = mask
    if not hidden.any():
        return

    found = audit(combine([publish(table, hidden)]), whole=True)
    least, most = try_everything(table, hidden)

    assert found.low == pytest.approx(least)
    assert found.high == pytest.approx(most)


@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 1), min_size=8, max_size=8))
def test_in_three_dimensions_too(figures):
    table = cube(np.reshape(figures, (2, 2, 2)))
    hidden = inner(table)

    found = audit(combine([publish(table, hidden)]), whole=True)
    least, most = try_everything(table, hidden)

    assert found.low == pytest.approx(least)
    assert found.high == pytest.approx(most)


def test_known_intervals():
    table = cube([[1, 9], [8, 7]])

    found = audit(combine([publish(table, inner(table))]))

    assert found.low.tolist() == [0, 1, 0, 6]
    assert found.high.tolist() == [9, 10, 9, 15]


def test_one_hidden_cell_is_disclosed_by_its_sum():
    table = cube([[1, 9], [8, 7]])
    hidden = np.arange(table.value.size) == 0

    assert audit(combine([publish(table, hidden)])).width.tolist() == [0]


def test_a_hidden_total_has_no_upper_limit():
    table = cube([3, 4])
    found = audit(combine([publish(table, [True, False, True])]))

    assert found.low.tolist() == [0, 4]
    assert np.isinf(found.high).all()


def test_an_earlier_release_opens_what_this_one_hides():
    table = cube([[1, 9, 4], [8, 7, 6]])
    first = np.isin(np.arange(table.value.size), [0, 1, 4, 5])
    second = np.isin(np.arange(table.value.size), [0, 2, 4, 6])

    apart = audit(combine([publish(table, first)])).width.min()
    together = audit(combine([publish(table, first), publish(table, second)]))

    assert apart >= 1
    assert together.width.max(initial=0) == 0


def test_a_merged_municipality_is_the_sum_of_the_old_ones():
    years = flat(("1", "2"), total="T")
    old = make_grid(["place", "year"], {"place": flat("ABC", total="T"), "year": years})
    new = make_grid(["place", "year"], {"place": flat(("AB", "C"), total="T"), "year": years})
    before = dict.fromkeys(old.keys, 5.0) | {
        ("A", "1"): None,
        ("A", "2"): None,
        ("B", "1"): None,
        ("B", "2"): None,
    }
    before |= {("T", "1"): 15.0, ("T", "2"): 15.0, ("T", "T"): 30.0}
    before |= {("C", "T"): 10.0, ("A", "T"): 10.0, ("B", "T"): 10.0}
    after = {("AB", "1"): None, ("AB", "2"): 10.0, ("C", "1"): 5.0, ("C", "2"): 5.0, ("T", "1"): None}
    releases = [from_figures(old, before, name="old"), from_figures(new, after, name="new")]
    links = [(("AB", year), [("A", year), ("B", year)]) for year in ("1", "2", "T")]

    known = combine(releases, links)
    found = audit(known)
    width = {known.keys[cell]: wide for cell, wide in zip(found.cells, found.width, strict=True)}

    assert width[("AB", "1")] == 0
    assert width[("A", "1")] == 10


def test_a_rounded_release_gives_a_range():
    table = cube([3, 4])
    found = audit(combine([publish_rounded(table, [5, 5, 5], 5)]), whole=True)

    assert found.low.tolist() == [1, 1, 2]
    assert found.high.tolist() == [8, 8, 9]


def test_revised_figures_are_refused_unless_said_and_then_kept_apart():
    old, new = cube([[1, 9], [8, 7]]), cube([[2, 9], [8, 7]])
    releases = [publish(old, inner(old)), publish(new, inner(new))]

    with pytest.raises(Contradiction, match="revised"):
        combine(releases)
    known = combine(releases, keep_revised_apart=True)

    assert len(known.revised) == 3
    assert audit(known).width.min() >= 9


def test_releases_that_cannot_both_be_true_are_refused():
    table = cube([3, 4])
    wrong = from_figures(
        make_grid(["d0"], {"d0": flat(["d00", "d01"], total="T")}), {("d00",): 9.0, ("T",): 7.0}, name="wrong"
    )
    with pytest.raises(Contradiction):
        audit(combine([publish(table, [True, True, True]), wrong]))


def test_a_solver_that_is_stopped_gives_no_answer(monkeypatch):
    class Dead:
        def __init__(self, real):
            self._real = real

        def __getattr__(self, name):
            return getattr(self._real, name)

        def getModelStatus(self):  # noqa: N802  the name of the solver
            return solver._highs.HighsModelStatus.kTimeLimit

    real = solver._highs._Highs
    monkeypatch.setattr(solver._highs, "_Highs", lambda: Dead(real()))
    table = nested()

    with pytest.raises(SolverStopped, match="stopped without an answer"):
        audit(combine([publish(table, inner(table))]))
